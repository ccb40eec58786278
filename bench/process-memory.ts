/** Another process' highest resident memory: what the system kept of it where it does (Linux), else the highest that was seen. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const everyMs = 200;
const kibPerMb = 1024;

export class ProcessMemory {
  #peakKib = 0;
  #looking: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(async () => {
        this.#peakKib = Math.max(this.#peakKib, await residentKib(pid));
      });
    }, everyMs);
  }

  /** Stops watching. @returns megabytes */
  async stop(): Promise<number> {
    clearInterval(this.#timer);
    await this.#looking;
    return Math.round(this.#peakKib / kibPerMb);
  }
}

/** 0 where the process is gone. */
async function residentKib(pid: number): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  } catch {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]).catch(() => ({
      stdout: '0',
    }));
    return Number(stdout.trim());
  }
}

/**
 * Workers as users have them: built code, a process and a session of their own, in a test's checkout.
 *
 * R1  What a worker says is kept line by line, so that a test can wait for it and read it afterwards.
 * R2  `endAll` leaves none behind, whatever state they are in: frozen, still starting, gone already.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Checkout } from '../servers/a-checkout.js';

export interface RealWorker {
  readonly pid: number;
  /** What it said so far, on stdout and stderr. */
  readonly lines: readonly string[];
  /** Milliseconds from its start until it said that it is ready. @throws when it ends before, with its last words */
  readonly ready: Promise<number>;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  signal(name: NodeJS.Signals): void;
  /** Reads its output no more, as `| head` does when it has enough. */
  stopReading(): void;
}

export interface RealWorkers {
  /** @param flags of the worker's process; the default takes part in faults at an exact order */
  start(...flags: readonly string[]): RealWorker;
  endAll(): Promise<void>;
}

const program = fileURLToPath(new URL('../../dist/worker/main.js', import.meta.url));

export function workersIn({ environment }: Pick<Checkout, 'environment'>): RealWorkers {
  const children = new Set<ChildProcess>();
  return {
    start: (...flags) => {
      const args = flags.length === 0 ? ['--profile', 'demo', '--faults'] : flags;
      const startedAtMs = performance.now();
      const child = spawn(process.execPath, [program, ...args], {
        env: { ...environment },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.add(child);
      void once(child, 'exit').then(() => children.delete(child));
      return watch(child, startedAtMs);
    },
    endAll: async () => {
      await Promise.all(
        [...children].map(async (child) => {
          const gone = once(child, 'exit');
          child.kill('SIGKILL');
          await gone;
        }),
      );
    },
  };
}

function watch(child: ChildProcess, startedAtMs: number): RealWorker {
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) throw new Error('No worker could be started.');
  const lines: string[] = [];
  const exited = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  const ready = new Promise<number>((resolve, reject) => {
    createInterface({ input: stdout }).on('line', (line) => {
      lines.push(line);
      if (/ ready after /.test(line)) resolve(performance.now() - startedAtMs);
    });
    createInterface({ input: stderr }).on('line', (line) => lines.push(line));
    void exited.then(() => reject(new Error(`The worker ended before it was ready.\n${lines.join('\n')}`)));
  });
  // Whoever doesn't wait for it must not be ended by its failure.
  ready.catch(() => undefined);
  const stopReading = () => {
    stdout.destroy();
    stderr.destroy();
  };
  return { pid, lines, ready, exited, signal: (name) => void child.kill(name), stopReading };
}

/**
 * Tells a story on a terminal: numbered scenes, facts below them, a pause for Enter where a presenter wants to talk.
 *
 * N1  Lines fit 80 columns.
 * N2  Pauses only on a terminal and without --auto; else a beat, so that a recording stays readable.
 * N3  Under --json or --quiet it is silent; the result is the command's own.
 */
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pc from 'picocolors';

/** Time to read a scene's title before its facts come. */
const beatMs = 500;

export interface NarratorOptions {
  readonly silent: boolean;
  readonly waitForEnter: boolean;
  readonly signal: AbortSignal;
}

export class Narrator {
  #scene = 0;

  constructor(private readonly options: NarratorOptions) {}

  /** Whether a person decides when it goes on. */
  get waitsForEnter(): boolean {
    return this.options.waitForEnter;
  }

  async scene(title: string): Promise<void> {
    this.#scene += 1;
    this.#write(`\n${pc.bold(`${this.#scene}  ${title}`)}`);
    if (!this.options.silent) await delay(beatMs, undefined, { signal: this.options.signal });
  }

  /** Something that the database or a server said. */
  fact(text: string): void {
    this.#write(`   ${text}`);
  }

  /** Somebody else's line: a worker's. */
  quote(text: string): void {
    this.#write(pc.dim(`     ${text}`));
  }

  good(text: string): void {
    this.#write(`   ${pc.green('✓')} ${text}`);
  }

  bad(text: string): void {
    this.#write(`   ${pc.red('✗')} ${text}`);
  }

  /** Waits for Enter, or not at all. @throws the signal's reason after Ctrl+C */
  async pause(what: string): Promise<void> {
    if (!this.options.waitForEnter || this.options.silent) return;
    this.#write(pc.cyan(`\n   Enter: ${what}`));
    const lines = createInterface({ input: process.stdin });
    try {
      await new Promise<void>((resolve, reject) => {
        lines.once('line', () => resolve());
        lines.once('close', () => resolve());
        this.options.signal.addEventListener('abort', () => reject(this.options.signal.reason), {
          once: true,
        });
      });
    } finally {
      lines.close();
    }
  }

  #write(line: string): void {
    if (!this.options.silent) process.stdout.write(`${line}\n`);
  }
}

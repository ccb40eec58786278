/**
 * Tells a story on a terminal: numbered scenes, facts below them, a pause for Enter where a presenter wants to talk.
 *
 * N1  Lines fit 80 columns.
 * N2  On a terminal only: a beat after each title, and without --auto a pause for Enter.
 * N3  An Enter counts only at a pause: what was typed before it is dropped, so that no scene is skipped by an eager hand.
 * N4  Under --json or --quiet it is silent; the result is the command's own.
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { colours } from '../ui/colours.js';
import { wrapBehind } from '../ui/wrap-text.js';

/** Time to read a scene's title before its facts come. */
const beatMs = 500;

export interface NarratorOptions {
  readonly silent: boolean;
  readonly waitForEnter: boolean;
  readonly signal: AbortSignal;
}

export class Narrator {
  #scene = 0;

  constructor(private readonly options: NarratorOptions) {
    if (!options.waitForEnter) return;
    // Flows, and so is dropped, wherever nobody listens; and holds the process only while somebody does.
    process.stdin.resume();
    process.stdin.unref();
  }

  /** Whether a person decides when it goes on. */
  get waitsForEnter(): boolean {
    return this.options.waitForEnter;
  }

  async scene(title: string): Promise<void> {
    this.#scene += 1;
    const number = `${this.#scene}  `;
    this.#write(`\n${colours.bold(wrapBehind(number, title))}`);
    if (!this.options.silent && process.stdout.isTTY) await this.#beat();
  }

  /** Something that the database or a server said. */
  fact(text: string): void {
    this.#write(wrapBehind('   ', text));
  }

  /** Somebody else's line: a worker's. */
  quote(text: string): void {
    this.#write(colours.dim(wrapBehind('     ', text)));
  }

  good(text: string): void {
    this.#write(wrapBehind('   ✓ ', text).replace('✓', colours.green('✓')));
  }

  bad(text: string): void {
    this.#write(wrapBehind('   ✗ ', text).replace('✗', colours.red('✗')));
  }

  /** Waits for Enter, or not at all. @throws the signal's reason after Ctrl+C */
  async pause(what: string): Promise<void> {
    if (!this.options.waitForEnter) return;
    this.#write(colours.cyan(`\n   Enter: ${what}`));
    const { signal } = this.options;
    const { stdin } = process;
    // Ctrl+D, or an input that ended, is as good as Enter.
    if (stdin.readableEnded) return;
    stdin.ref();
    try {
      await Promise.race([once(stdin, 'data', { signal }), once(stdin, 'end', { signal })]);
    } finally {
      stdin.unref();
      signal.throwIfAborted();
    }
  }

  async #beat(): Promise<void> {
    const { signal } = this.options;
    await delay(beatMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  #write(line: string): void {
    if (!this.options.silent) process.stdout.write(`${line}\n`);
  }
}

/**
 * A run's progress as it goes: one bar on a terminal, a line now and then elsewhere.
 *
 * V1  A remark is said once, and again only after it was settled.
 * V2  On a terminal the bar stays in its line of 80 columns, below the remarks, and is wiped at the end.
 * V3  On no terminal it writes plain lines, when something changed and at most one in two seconds.
 */
import { SingleBar } from 'cli-progress';
import type { RunState } from '../../continuation/inspection/index.js';
import { describePace, RateMeter } from './rate-meter.js';
import { pageColumns } from './wrap-text.js';

const plainEveryMs = 2_000;
/** `1234/s, ETA 59 min 59 s` */
const factsWidth = 24;

export interface ProgressOutput {
  readonly stream: NodeJS.WriteStream;
  readonly quiet: boolean;
}

export class ProgressView {
  readonly #stream: NodeJS.WriteStream;
  readonly #quiet: boolean;
  readonly #meter = new RateMeter();
  readonly #said = new Set<string>();
  #bar: SingleBar | null = null;
  #lastPlainMs = Number.NEGATIVE_INFINITY;
  #lastDone = -1;

  constructor({ stream, quiet }: ProgressOutput) {
    this.#stream = stream;
    this.#quiet = quiet;
  }

  show(run: RunState, nowMs: number): void {
    if (this.#quiet) return;
    const done = run.counts.processed + run.counts.failed;
    this.#meter.add(done, nowMs);
    const facts = describePace(run.total, done, this.#meter.perSecond());
    if (this.#stream.isTTY) this.#showBar(run, done, facts);
    else this.#showLine(run, done, facts, nowMs);
  }

  /** Says a remark above the bar, once as long as it holds. */
  remark(key: string, text: string): void {
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.#write(text);
  }

  /** A remark holds no longer; says so where it had been said. */
  settle(key: string, text: string): void {
    if (this.#said.delete(key)) this.#write(text);
  }

  #write(text: string): void {
    if (this.#quiet) return;
    this.#hideBar();
    this.#stream.write(`${text}\n`);
  }

  close(): void {
    this.#hideBar();
  }

  #showBar(run: RunState, done: number, facts: string): void {
    if (run.total === null) return;
    const payload = { run: run.workflowId, facts };
    if (this.#bar === null) {
      const taken = `${run.workflowId}  ${run.total}/${run.total}  `.length + factsWidth;
      this.#bar = new SingleBar({
        format: '{run} {bar} {value}/{total}  {facts}',
        stream: this.#stream,
        barsize: Math.max(8, Math.min(24, pageColumns - taken)),
        barCompleteChar: '█',
        barIncompleteChar: '░',
        clearOnComplete: true,
        hideCursor: true,
        linewrap: false,
        // Whoever follows ends it; its own handler would be one more for Ctrl+C.
        gracefulExit: false,
        fps: 4,
      });
      this.#bar.start(run.total, done, payload);
      return;
    }
    this.#bar.setTotal(run.total);
    this.#bar.update(done, payload);
  }

  #hideBar(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  #showLine(run: RunState, done: number, facts: string, nowMs: number): void {
    if (done === this.#lastDone || nowMs - this.#lastPlainMs < plainEveryMs) return;
    this.#lastDone = done;
    this.#lastPlainMs = nowMs;
    const orders = run.total === null ? 'not started yet' : `${done}/${run.total}`;
    this.#stream.write(`${[run.workflowId, orders, facts].join('  ').trimEnd()}\n`);
  }
}

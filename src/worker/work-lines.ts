/**
 * Turns committed work into lines: one an item while they come slowly enough to read, a summary a second when they don't.
 *
 * Pure but for the clock that is handed in, so that a fast run can't flood a terminal or a log.
 */
import { type AnyTold, type Tally, type ToldWork, wordsOf } from './told-work.js';

/** Faster than this, lines are no longer read. */
const readableMs = 40;
const summaryEveryMs = 1_000;

type Sum = Omit<ToldWork, 'only'>;

export class WorkLines {
  #lastLineMs = Number.NEGATIVE_INFINITY;
  #pending: Sum | null = null;

  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(told: AnyTold): void {
    const work = wordsOf(told);
    if (work === null) return;
    const { runId, only, checkpoint } = work;
    const now = this.now();
    if (only !== null && this.#pending === null && now - this.#lastLineMs >= readableMs) {
      this.#lastLineMs = now;
      this.write(`${runId}  ${only}${describeCheckpoint(checkpoint)}`);
      return;
    }
    if (this.#pending !== null && this.#pending.runId !== runId) this.flush();
    this.#pending = this.#pending === null ? work : sumOf(this.#pending, work);
    if (now - this.#lastLineMs >= summaryEveryMs) this.flush();
  }

  /** Writes what is held back. */
  flush(): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    this.#lastLineMs = this.now();
    const { runId, numbered, first, last, tallies, checkpoint } = pending;
    const came = tallies.filter(({ count, told }) => told === 'always' || count > 0).map(describeTally);
    this.write(
      `${runId}  ${numbered} ${first} to ${last}: ${came.join(', ')}${describeCheckpoint(checkpoint)}`,
    );
  }
}

/** Of one run, and so of one job: its tallies are the same ones. */
function sumOf(before: Sum, work: Sum): Sum {
  return {
    ...work,
    // Not the first and last to come: an attempt that woke up late tells of some long past.
    first: Math.min(before.first, work.first),
    last: Math.max(before.last, work.last),
    tallies: work.tallies.map((tally, i) => ({
      ...tally,
      count: tally.count + (before.tallies[i]?.count ?? 0),
    })),
  };
}

function describeTally({ count, words }: Tally): string {
  return `${count} ${words}`;
}

/** The checkpoint as of that line: what a crash right then would resume after. */
function describeCheckpoint(checkpoint: string | null): string {
  return checkpoint === null ? '' : ` · checkpoint ${checkpoint}`;
}

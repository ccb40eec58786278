/**
 * Turns committed work into lines: one an item while they come slowly enough to read, a summary a second when they don't.
 *
 * Pure but for the clock that is handed in, so that a fast run can't flood a terminal or a log.
 */
import type { ReportsTold } from '../activities/generate-reports.js';
import type { VisitsTold } from '../activities/order-visits.js';
import { type ToldWork, wordsOf } from './told-work.js';

/** Faster than this, lines are no longer read. */
const readableMs = 40;
const summaryEveryMs = 1_000;

interface Sum extends Pick<ToldWork, 'runId' | 'numbered' | 'outcome' | 'count' | 'failed' | 'checkpoint'> {
  readonly first: number;
  readonly last: number;
}

export class VisitLines {
  #lastLineMs = Number.NEGATIVE_INFINITY;
  #pending: Sum | null = null;

  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(told: VisitsTold | ReportsTold): void {
    const { runId, numbered, numbers, outcome, count, failed, lines, checkpoint } = wordsOf(told);
    const [only, ...more] = lines;
    if (only === undefined) return;
    const now = this.now();
    if (more.length === 0 && this.#pending === null && now - this.#lastLineMs >= readableMs) {
      this.#lastLineMs = now;
      this.write(`${runId}  ${only}${describeCheckpoint(checkpoint)}`);
      return;
    }
    if (this.#pending !== null && this.#pending.runId !== runId) this.flush();
    const before = this.#pending;
    this.#pending = {
      ...{ runId, numbered, outcome, checkpoint },
      count: (before?.count ?? 0) + count,
      failed: (before?.failed ?? 0) + failed,
      // Not the first and last to come: an attempt that woke up late tells of one long past.
      first: Math.min(...numbers, ...(before === null ? [] : [before.first])),
      last: Math.max(...numbers, ...(before === null ? [] : [before.last])),
    };
    if (now - this.#lastLineMs >= summaryEveryMs) this.flush();
  }

  /** Writes what is held back. */
  flush(): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    this.#lastLineMs = this.now();
    const { runId, numbered, first, last, count, outcome, checkpoint } = pending;
    const failed = pending.failed === 0 ? '' : `, ${pending.failed} failed`;
    this.write(
      `${runId}  ${numbered} ${first} to ${last}: ${count} ${outcome}${failed}${describeCheckpoint(checkpoint)}`,
    );
  }
}

/** The checkpoint as of that line: what a crash right then would resume after. */
function describeCheckpoint(checkpoint: string | null): string {
  return checkpoint === null ? '' : ` · checkpoint ${checkpoint}`;
}

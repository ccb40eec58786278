/**
 * Turns visits into lines: one an order while they come slowly enough to read, a summary a second when they don't.
 *
 * Pure but for the clock that is handed in, so that a fast run can't flood a terminal or a log.
 */
import type { VisitsTold } from '../activities/order-visits.js';
import { describeVisit } from './worker-events.js';

/** Faster than this, lines are no longer read. */
const readableMs = 40;
const summaryEveryMs = 1_000;

interface Sum {
  readonly runId: string;
  readonly count: number;
  readonly failed: number;
  readonly first: number;
  readonly last: number;
  readonly checkpoint: number | null;
}

export class VisitLines {
  #lastLineMs = Number.NEGATIVE_INFINITY;
  #pending: Sum | null = null;

  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add({ runId, visits, checkpoint }: VisitsTold): void {
    const [only, ...more] = visits;
    if (only === undefined) return;
    const now = this.now();
    if (more.length === 0 && this.#pending === null && now - this.#lastLineMs >= readableMs) {
      this.#lastLineMs = now;
      this.write(`${runId}  ${describeVisit(only)}${describeCheckpoint(checkpoint)}`);
      return;
    }
    if (this.#pending !== null && this.#pending.runId !== runId) this.flush();
    const failed = visits.filter(({ outcome }) => outcome === 'failed').length;
    // Not the first and last to come: an attempt that woke up late tells of an order long past.
    const ids = visits.map(({ orderId }) => orderId);
    this.#pending = {
      runId,
      count: (this.#pending?.count ?? 0) + visits.length,
      failed: (this.#pending?.failed ?? 0) + failed,
      checkpoint,
      first: Math.min(this.#pending?.first ?? only.orderId, ...ids),
      last: Math.max(this.#pending?.last ?? only.orderId, ...ids),
    };
    if (now - this.#lastLineMs >= summaryEveryMs) this.flush();
  }

  /** Writes what is held back. */
  flush(): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    this.#lastLineMs = this.now();
    const failed = pending.failed === 0 ? '' : `, ${pending.failed} failed`;
    this.write(
      `${pending.runId}  orders ${pending.first} to ${pending.last}: ${pending.count} done${failed}${describeCheckpoint(pending.checkpoint)}`,
    );
  }
}

/** The checkpoint as of that line: what a crash right then would resume after. */
function describeCheckpoint(checkpoint: number | null): string {
  return checkpoint === null ? '' : ` · checkpoint ${checkpoint}`;
}

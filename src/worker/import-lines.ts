/**
 * Turns imported rows into lines: one a row while they come slowly enough to read, a summary a second when they don't.
 *
 * Pure but for the clock that is handed in, as visit-lines.ts is.
 */
import type { ImportTold } from '../activities/import-orders.js';
import type { RowVerdict } from '../orders/import-rows.js';

/** Faster than this, lines are no longer read. */
const readableMs = 40;
const summaryEveryMs = 1_000;

interface Sum {
  readonly runId: string;
  readonly first: number;
  readonly last: number;
  readonly imported: number;
  readonly rejected: number;
  readonly revisited: number;
  readonly checkpoint: number | null;
}

export class ImportLines {
  #lastLineMs = Number.NEGATIVE_INFINITY;
  #pending: Sum | null = null;

  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(told: ImportTold): void {
    const { runId, verdicts, checkpoint } = told;
    const [only, ...more] = verdicts;
    if (only === undefined) return;
    const now = this.now();
    if (more.length === 0 && this.#pending === null && now - this.#lastLineMs >= readableMs) {
      this.#lastLineMs = now;
      this.write(`${runId}  line ${only.line} ${describeVerdict(only)}${describeCheckpoint(checkpoint)}`);
      return;
    }
    if (this.#pending !== null && this.#pending.runId !== runId) this.flush();
    this.#pending = sumOf(this.#pending, told);
    if (now - this.#lastLineMs >= summaryEveryMs) this.flush();
  }

  /** Writes what is held back. */
  flush(): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    this.#lastLineMs = this.now();
    const { runId, first, last, imported, rejected, revisited, checkpoint } = pending;
    const again = revisited === 0 ? '' : `, ${revisited} of them met again`;
    this.write(
      `${runId}  lines ${first} to ${last}: ${imported} imported, ${rejected} rejected${again}${describeCheckpoint(checkpoint)}`,
    );
  }
}

/** Rows are told in the order of their lines; an attempt that woke up late tells of some long past. */
function sumOf(before: Sum | null, { runId, verdicts, checkpoint }: ImportTold): Sum {
  const first = verdicts[0]?.line ?? 0;
  const last = verdicts.at(-1)?.line ?? 0;
  const count = (counts: (verdict: RowVerdict) => boolean) => verdicts.filter(counts).length;
  return {
    runId,
    first: Math.min(before?.first ?? first, first),
    last: Math.max(before?.last ?? last, last),
    imported: (before?.imported ?? 0) + count(({ outcome }) => outcome === 'imported'),
    rejected: (before?.rejected ?? 0) + count(({ outcome }) => outcome === 'rejected'),
    revisited: (before?.revisited ?? 0) + count(({ revisited }) => revisited),
    checkpoint,
  };
}

function describeVerdict(verdict: RowVerdict): string {
  if (verdict.revisited) return `met again: already ${verdict.outcome}, no second effect`;
  return verdict.outcome === 'rejected' ? `rejected: ${verdict.reason}` : 'imported';
}

/** The checkpoint as of that line: what a crash right then would resume after. */
function describeCheckpoint(line: number | null): string {
  return line === null ? '' : ` · checkpoint line ${line}`;
}

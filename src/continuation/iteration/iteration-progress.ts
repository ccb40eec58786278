/**
 * An enumerator run's checkpoint as it grows: pure state, no Temporal, and no clock but the one handed in.
 *
 * P2  An advance raises the sequence and forgets the error; the same error at the same cursor is counted up.
 * P3  A revisit is counted in the run's counts and in the resumption that caused it.
 * P4  A cursor that JSON can't carry is refused before its item is done: later, a heartbeat's timer would meet it.
 * P5  A checkpoint that is sent again, as a sign of life, counts once.
 * P6  What follows an item is known before it is taken over (`after`, then `adopt`): a store commits it in between.
 */
import type { AttemptRecord, Checkpoint, Counts, Resumption, SkippedItem } from '../checkpoint.js';
import { addCounts, firstCheckpoint, keepResumption, maximumSkipsKept } from '../checkpoint.js';
import type { CadenceInForce } from '../checkpoint-cadence.js';
import { type Cursor, decodeCursor, type EncodedCursor, encodeCursor, type JsonValue } from '../cursor.js';
import { attemptEnded, attemptGotFurther, hasGotFurther } from './attempt-record.js';
import { shorten } from './shorten.js';
import type { StartingPoint } from './starting-point.js';

/** What one item comes to. */
export interface ItemEnd {
  readonly counts: Counts;
  /** Why it was passed over; null: it wasn't. */
  readonly skipped: string | null;
}

export class IterationProgress<C extends Cursor> {
  #now: Checkpoint;
  #cursor: C | null;
  readonly #startSequence: number;
  /** The newest sequence that was given to a store (P5). */
  #handedOverSequence: number;
  #handedOverCursor: C | null;
  readonly #workedBeforeMs: number;
  readonly #elapsedMs: () => number;
  #fencedBy: string | undefined;
  #cadence: (() => CadenceInForce) | null = null;
  /** The resumptions before this attempt's. */
  readonly #resumptionsBefore: readonly Resumption[];
  /** This attempt's own resumption; it counts revisits up to the next checkpoint and after. */
  #resumption: Resumption | null = null;
  #checkpoints: number;

  /**
   * @param attempt the Activity's; after a wait of the run's own nothing is resumed, for nothing was lost
   * @param elapsedMs how long this attempt has worked so far
   * @param attempts how the Activity's attempts fared up to this one; left out where somebody else keeps that
   */
  constructor(
    { checkpoint, source }: StartingPoint,
    attempt: number | 'after a wait',
    elapsedMs: () => number = () => 0,
    attempts?: Checkpoint['attempts'],
  ) {
    // The attempt before had a cadence of its own.
    this.#now = { ...(checkpoint ?? firstCheckpoint), attempts, cadence: undefined };
    this.#cursor = this.#now.cursor === null ? null : decodeCursor<C>(this.#now.cursor);
    this.#startSequence = this.#now.sequence;
    this.#handedOverSequence = this.#now.sequence;
    this.#handedOverCursor = this.#cursor;
    this.#workedBeforeMs = this.#now.workedMs;
    this.#elapsedMs = elapsedMs;
    this.#resumptionsBefore = this.#now.resumptions;
    this.#checkpoints = this.#now.checkpoints;
    if (attempt !== 'after a wait' && (checkpoint !== null || attempt > 1)) {
      this.#resumption = { resumedAfter: this.#now.cursor, source, attempt, revisited: 0 };
      this.#now = { ...this.#now, resumptionCount: this.#now.resumptionCount + 1 };
    }
  }

  get cursor(): C | null {
    return this.#cursor;
  }

  /** The cursor as it is kept. */
  get position(): Checkpoint['cursor'] {
    return this.#now.cursor;
  }

  /** The cursor that was last given to a store, or started from. */
  get handedOver(): C | null {
    return this.#handedOverCursor;
  }

  /** Whether this attempt takes up what an earlier one began. */
  get isResumption(): boolean {
    return this.#resumption !== null;
  }

  get sequence(): number {
    return this.#now.sequence;
  }

  get selection(): JsonValue {
    return this.#now.selection;
  }

  /** Whether what the run selects is fixed; releases before only told it by a selection, or by how many items it has. */
  get isSelected(): boolean {
    const { selected, selection, total } = this.#now;
    return selected ?? (selection !== null || total !== null);
  }

  get started(): boolean {
    return this.#now.started;
  }

  /** Items that came to an end so far, over all attempts; also those that count for nothing. */
  get items(): number {
    const { walked, counts } = this.#now;
    return walked ?? counts.processed + counts.failed;
  }

  get counts(): Counts {
    return this.#now.counts;
  }

  get attempts(): Checkpoint['attempts'] {
    return this.#now.attempts;
  }

  get error(): Checkpoint['error'] {
    return this.#now.error;
  }

  /** From here on each item commits through a store that fences. */
  fenceBy(store: string): void {
    this.#fencedBy = store;
  }

  /** From here on checkpoints go by time. */
  paceBy(inForce: () => CadenceInForce): void {
    this.#cadence = inForce;
  }

  /** Fixes what the run selects; once, at its first start. */
  select(selection: JsonValue, total: number | null): void {
    this.#now = { ...this.#now, selection, total, selected: true };
  }

  /** `onStart` has run to its end. */
  start(): void {
    this.#now = { ...this.#now, started: true };
  }

  /**
   * The checkpoint that follows when this item is done; nothing has moved yet.
   *
   * @param size how many items it stands for, as a batch of them does
   * @throws InvalidCursorError, CursorTooLargeError
   */
  after(
    cursor: C,
    { counts, skipped }: ItemEnd,
    {
      size = 1,
      encoded = encodeCursor(cursor),
    }: { readonly size?: number; readonly encoded?: EncodedCursor } = {},
  ): Checkpoint {
    const before = this.#now;
    // In so many words: it is made with each item, and a copy with a few changes costs several times that.
    return {
      counts: addCounts(before.counts, counts),
      total: before.total,
      checkpoints: this.#checkpoints + 1,
      resumptions: this.#kept(this.#resumptionWith(counts.revisited)),
      resumptionCount: before.resumptionCount,
      cursor: encoded,
      sequence: before.sequence + 1,
      selection: before.selection,
      error: null,
      started: before.started,
      selected: before.selected,
      walked: this.items + Math.max(size, counts.processed + counts.failed),
      attempts: this.#attemptsFurther(),
      timesInterrupted: before.timesInterrupted,
      workedMs: this.#workedMs(),
      fencedBy: this.#fencedBy,
      cadence: this.#cadence?.(),
      skipped: skipped === null ? before.skipped : withSkipped(before.skipped, encoded, skipped),
    };
  }

  /** Takes over what `after` gave for this item. `stored`: its store keeps it already. */
  adopt(cursor: C, end: ItemEnd, checkpoint: Checkpoint, stored: 'stored' | 'not stored'): void {
    this.#resumption = this.#resumptionWith(end.counts.revisited);
    this.#now = checkpoint;
    // A copy: what the job does to its own object later must not move the run.
    this.#cursor =
      typeof cursor === 'object' ? decodeCursor<C>(checkpoint.cursor ?? encodeCursor(cursor)) : cursor;
    if (stored === 'not stored') return;
    this.#checkpoints = checkpoint.checkpoints;
    this.#handedOverSequence = checkpoint.sequence;
    this.#handedOverCursor = this.#cursor;
  }

  /** The attempt ended before it got to its items: a long outage is no thousand resumptions. */
  tookNothingUp(): void {
    this.#now = { ...this.#now, attempts: this.#attemptsNow(attemptEnded) };
    if (this.#resumption === null || this.#now.sequence > this.#startSequence) return;
    this.#resumption = null;
    this.#now = { ...this.#now, resumptionCount: this.#now.resumptionCount - 1 };
  }

  /** Counts an error at the cursor. */
  fail(words: string): void {
    const message = shorten(words);
    const { error } = this.#now;
    const times = error?.message === message ? error.times + 1 : 1;
    const inARow = (error?.inARow ?? error?.times ?? 0) + 1;
    this.#now = {
      ...this.#now,
      error: { message, times, inARow },
      attempts: this.#attemptsNow(attemptEnded),
    };
  }

  /** Counts a stop that is no error. */
  interrupted(): void {
    const timesInterrupted = this.#now.timesInterrupted + 1;
    this.#now = { ...this.#now, timesInterrupted, attempts: this.#attemptsNow(attemptEnded) };
  }

  /** The checkpoint as of now; `handed over` counts it as given to a store, once (P5). */
  checkpoint(handedOver: 'handed over' | 'read'): Checkpoint {
    if (handedOver === 'handed over' && this.#now.sequence > this.#handedOverSequence) {
      this.#handedOverSequence = this.#now.sequence;
      this.#handedOverCursor = this.#cursor;
      this.#checkpoints += 1;
    }
    return {
      ...this.#now,
      checkpoints: this.#checkpoints,
      resumptions: this.#kept(this.#resumption),
      workedMs: this.#workedMs(),
      cadence: this.#cadence?.(),
    };
  }

  /** How the attempts fared, after what this one says. */
  #attemptsNow(says: (record: AttemptRecord) => AttemptRecord): Checkpoint['attempts'] {
    const { attempts } = this.#now;
    return attempts === undefined ? undefined : { ...says(attempts), generation: attempts.generation };
  }

  /** Once an item is done it stays as it is. */
  #attemptsFurther(): Checkpoint['attempts'] {
    const { attempts } = this.#now;
    return attempts === undefined || hasGotFurther(attempts)
      ? attempts
      : this.#attemptsNow(attemptGotFurther);
  }

  #resumptionWith(revisited: number): Resumption | null {
    if (this.#resumption === null || revisited === 0) return this.#resumption;
    return { ...this.#resumption, revisited: this.#resumption.revisited + revisited };
  }

  #kept(resumption: Resumption | null): readonly Resumption[] {
    return resumption === null
      ? this.#resumptionsBefore
      : keepResumption(this.#resumptionsBefore, resumption);
  }

  #workedMs(): number {
    return Math.round(this.#workedBeforeMs + this.#elapsedMs());
  }
}

function withSkipped(
  before: readonly SkippedItem[],
  cursor: EncodedCursor,
  reason: string,
): readonly SkippedItem[] {
  return [...before, { cursor, reason: shorten(reason) }].slice(-maximumSkipsKept);
}

/**
 * An enumerator run's checkpoint as it grows: pure state, no Temporal, no clock.
 *
 * P1  The newer of two checkpoints is the one with the higher sequence.
 * P2  An advance raises the sequence and forgets the error; the same error at the same cursor is counted up.
 * P3  A revisit is counted in the run's counts and in the resumption that caused it.
 * P4  A cursor that JSON can't carry is refused when its item is done: later, a heartbeat's timer would meet it.
 * P5  A checkpoint that is sent again, as a sign of life, counts once.
 */
import type { Checkpoint, Counts, Resumption, ResumptionSource } from '../checkpoint.js';
import { addCounts, keepResumption, noCounts } from '../checkpoint.js';
import { type Cursor, freezeCursor, type JsonValue } from '../cursor.js';

/** Where an Activity starts: the newest checkpoint there is, and where that was kept. */
export interface StartingPoint {
  readonly checkpoint: Checkpoint | null;
  readonly source: ResumptionSource;
}

/** Chooses between the Workflow's checkpoint and the heartbeat's (P1). */
export function chooseStartingPoint(
  fromHistory: Checkpoint | null,
  fromHeartbeat: Checkpoint | null,
): StartingPoint {
  if (fromHeartbeat !== null && (fromHistory === null || fromHeartbeat.sequence >= fromHistory.sequence)) {
    return { checkpoint: fromHeartbeat, source: 'heartbeat' };
  }
  return fromHistory === null
    ? { checkpoint: null, source: 'start' }
    : { checkpoint: fromHistory, source: 'history' };
}

export class IterationProgress<C extends Cursor> {
  #cursor: C | null;
  #sequence: number;
  #counts: Counts;
  #selection: JsonValue;
  #total: number | null;
  #checkpoints: number;
  readonly #startSequence: number;
  /** The newest sequence that was given to a store (P5). */
  #handedOverSequence: number;
  #handedOverCursor: C | null;
  #error: Checkpoint['error'];
  #resumptions: readonly Resumption[];
  #resumptionCount: number;
  /** This attempt's own resumption; it counts revisits up to the next checkpoint and after. */
  #resumption: Resumption | null = null;

  constructor({ checkpoint, source }: StartingPoint, cursor: C | null, attempt: number) {
    this.#cursor = cursor;
    this.#sequence = checkpoint?.sequence ?? 0;
    this.#counts = checkpoint?.counts ?? noCounts;
    this.#selection = checkpoint?.selection ?? null;
    this.#total = checkpoint?.total ?? null;
    this.#checkpoints = checkpoint?.checkpoints ?? 0;
    this.#startSequence = this.#sequence;
    this.#handedOverSequence = this.#sequence;
    this.#handedOverCursor = cursor;
    this.#error = checkpoint?.error ?? null;
    this.#resumptions = checkpoint?.resumptions ?? [];
    this.#resumptionCount = checkpoint?.resumptionCount ?? 0;
    if (checkpoint !== null || attempt > 1) {
      this.#resumption = { resumedAfter: cursor, source, attempt, revisited: 0 };
      this.#resumptionCount += 1;
    }
  }

  get cursor(): C | null {
    return this.#cursor;
  }

  /** The cursor that was last given to a store, or started from. */
  get handedOver(): C | null {
    return this.#handedOverCursor;
  }

  /** Whether this attempt takes up what an earlier one began. */
  get isResumption(): boolean {
    return this.#resumption !== null;
  }

  get selection(): JsonValue {
    return this.#selection;
  }

  /** Fixes what the run selects; once, at its first start. */
  select(selection: JsonValue, total: number | null): void {
    this.#selection = selection;
    this.#total = total;
  }

  /** The item that ends at this cursor is done. @throws InvalidCursorError, and then nothing has moved */
  advance(cursor: C, counts: Counts): void {
    this.#cursor = freezeCursor(cursor);
    this.#sequence += 1;
    this.#counts = addCounts(this.#counts, counts);
    this.#error = null;
    if (counts.revisited > 0 && this.#resumption !== null) {
      this.#resumption = { ...this.#resumption, revisited: this.#resumption.revisited + counts.revisited };
    }
  }

  /** An attempt that an outage ended before it got anywhere took nothing up: a long outage is no thousand resumptions. */
  metOutage(): void {
    if (this.#resumption === null || this.#sequence > this.#startSequence) return;
    this.#resumption = null;
    this.#resumptionCount -= 1;
  }

  /** Counts an error at the cursor; returns how often this one came here now. */
  fail(message: string): number {
    const times = this.#error?.message === message ? this.#error.times + 1 : 1;
    this.#error = { message, times };
    return times;
  }

  /** The checkpoint as of now; `handed over` counts it as given to a store, once (P5). */
  checkpoint(handedOver: 'handed over' | 'read'): Checkpoint<C> {
    if (handedOver === 'handed over' && this.#sequence > this.#handedOverSequence) {
      this.#handedOverSequence = this.#sequence;
      this.#handedOverCursor = this.#cursor;
      this.#checkpoints += 1;
    }
    return {
      cursor: this.#cursor,
      sequence: this.#sequence,
      counts: this.#counts,
      selection: this.#selection,
      total: this.#total,
      checkpoints: this.#checkpoints,
      resumptions:
        this.#resumption === null ? this.#resumptions : keepResumption(this.#resumptions, this.#resumption),
      resumptionCount: this.#resumptionCount,
      error: this.#error,
    };
  }
}

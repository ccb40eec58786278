/**
 * Counts what one attempt does, for the worker's metrics (`metrics.ts`): of an iteration, a batch, or work without items.
 *
 * M1  An item costs an addition: items and checkpoints are told to the SDK when a heartbeat is sent, and at the end.
 * M2  Only what this attempt did is counted; what it started from was counted by those before.
 * M3  How long a checkpoint took is told for each one that its store kept, then as well.
 */
import type { InterruptionReason, ResumptionSource } from '../checkpoint.js';
import { type Counts, noCounts } from '../checkpoint.js';
import { metrics, type WorkTags } from '../metrics.js';
import type { ActivityAttempt } from './activity-attempt.js';
import { type StoreListener, StoreOutageError } from './stores/checkpoint-store.js';

interface WorkToMeter {
  readonly work: WorkTags;
  /** The store that the work has besides the heartbeat. */
  readonly store?: string | undefined;
}

export class WorkMeter {
  readonly #attempt: Pick<ActivityAttempt, 'count' | 'measure'>;
  readonly #tags: Record<string, string>;
  readonly #store: string;
  #told: Counts = noCounts;
  /** How long those took, in seconds, that were kept and are not yet told. */
  readonly #kept = new Map<string, number[]>();

  constructor(
    attempt: Pick<ActivityAttempt, 'count' | 'measure'>,
    { work, store = 'heartbeat' }: WorkToMeter,
  ) {
    this.#attempt = attempt;
    this.#tags = { ...work };
    this.#store = store;
  }

  /**
   * What the attempt starts from was counted by those before (M2). What alerts look at is there from the start, as 0: the first
   * of a count that wasn't there before is no increase to Prometheus.
   */
  begin(before: Counts): void {
    this.#told = before;
    this.tell(before);
    for (const kind of ['first', 'again', 'outage'])
      this.#attempt.count(metrics.errors, 0, { ...this.#tags, kind });
    if (this.#store !== 'heartbeat')
      this.#attempt.count(metrics.storeFailures, 0, { ...this.#tags, store: this.#store });
  }

  /** What a store's session is given, to be heard of. */
  get hears(): StoreListener {
    return { kept: (seconds) => this.kept(this.#store, seconds), unreachable: () => this.#unreachable() };
  }

  /** A checkpoint was handed over, and that took so many seconds. */
  kept(store: string, seconds: number): void {
    const kept = this.#kept.get(store);
    if (kept === undefined) this.#kept.set(store, [seconds]);
    else kept.push(seconds);
  }

  resumed(source: ResumptionSource): void {
    this.#attempt.count(metrics.resumptions, 1, { ...this.#tags, source });
  }

  /** What isn't reported to the Workflow, which counts the others: `countInterruption`. */
  interrupted(reason: InterruptionReason): void {
    if (reason !== 'paused by the server') return;
    this.#attempt.count(metrics.interruptions, 1, { ...this.#tags, reason });
  }

  completed(): void {
    this.#attempt.count(metrics.iterationsCompleted, 1, this.#tags);
  }

  /** @param counted the error as it is counted at its cursor; null: an outage, which is not counted there */
  failed(error: unknown, counted: { readonly times: number } | null): void {
    const kind = counted === null ? 'outage' : counted.times > 1 ? 'again' : 'first';
    this.#attempt.count(metrics.errors, 1, { ...this.#tags, kind });
    if (error instanceof StoreOutageError) this.#unreachable();
  }

  /** Tells what came since it was last told (M1). */
  tell(counts: Counts): void {
    const { processed, failed, revisited } = this.#told;
    this.#told = counts;
    this.#attempt.count(metrics.itemsProcessed, Math.max(0, counts.processed - processed), this.#tags);
    this.#attempt.count(metrics.itemsFailed, Math.max(0, counts.failed - failed), this.#tags);
    this.#attempt.count(metrics.itemsRevisited, Math.max(0, counts.revisited - revisited), this.#tags);
    for (const [store, kept] of this.#kept) {
      const tags = { ...this.#tags, store };
      this.#attempt.count(metrics.checkpoints, kept.length, tags);
      for (const seconds of kept) this.#attempt.measure(metrics.checkpointSeconds, seconds, tags);
    }
    this.#kept.clear();
  }

  #unreachable(): void {
    this.#attempt.count(metrics.storeFailures, 1, { ...this.#tags, store: this.#store });
  }
}

/** The meter of an iteration's attempt. */
export function meterOf(attempt: ActivityAttempt, store: { readonly name: string } | undefined): WorkMeter {
  const work = { pattern: 'enumerator', iteration: attempt.activityType } as const;
  return new WorkMeter(attempt, { work, store: store?.name });
}

/**
 * The step pattern's Activity: one batch, up to the next checkpoint. Its result *is* the checkpoint, in history.
 *
 * B1  Starts strictly after the cursor that its step hands it: a lost attempt's batch is met again from there.
 * B2  On a graceful stop it returns the partial cursor: nothing is met again.
 * B3  An error after progress returns that progress; the next batch starts at the failed item and meets the error there. Not
 *     what ends the run at once (two items of one cursor, a file that changed): the next batch would start behind it.
 * B4  Its heartbeat only says that it is alive, and counts errors; a cursor only while the server has paused it.
 * B5  With a store, a lost attempt's batch goes on where the store says, its counts included; with one that fences,
 *     nothing is met again at all, and what its database lost of reported batches is done again (`batch-start.ts`).
 * B6  What the store may know better (a commit without an answer) is never reported: only an attempt of the same batch
 *     takes it up.
 * B7  With a cadence by time it ends when that says so, asked after each item, so that an item which suddenly takes long can't carry it
 *     on. What its checkpoint costs, the way to a worker and back, only the step sees: it hands that on to the next batch.
 */
import type { Batch, BatchStart, Checkpoint, InterruptionReason } from '../checkpoint.js';
import { noCounts } from '../checkpoint.js';
import { type CheckpointEvery, defaultCheckpointEvery } from '../checkpoint-cadence.js';
import { type Cursor, decodeCursor } from '../cursor.js';
import { type ActivityAttempt, currentAttempt, endPaused, isStopItself } from './activity-attempt.js';
import { tellResumption, tellStop } from './batch-events.js';
import { type BatchPace, batchPace } from './batch-pace.js';
import { startOfBatch } from './batch-start.js';
import { breather } from './breather.js';
import { cadenceOf } from './cadence.js';
import type { Enumerator } from './enumerators/enumerator.js';
import { type ErrorPolicy, type ErrorRule, endsAtOnce, errorMessage } from './error-policy.js';
import { unlessUnusable } from './hopeless-attempts.js';
import type { ItemResult } from './item-result.js';
import { assertCadence, type ItemContext, type IterationContext } from './iteration-definition.js';
import { IterationProgress } from './iteration-progress.js';
import { Liveness } from './liveness.js';
import { readStored } from './read-checkpoint.js';
import type {
  CheckpointStore,
  SessionOptions,
  StoreSession,
  Transaction,
} from './stores/checkpoint-store.js';
import { FenceLostError, StoreOutageError } from './stores/checkpoint-store.js';
import { heartbeatStore } from './stores/heartbeat-store.js';
import { type WalkEnd, walkItems } from './walk-items.js';
import { type ItemRules, workItem } from './work-item.js';
import { WorkMeter } from './work-meter.js';

export interface BatchWork<Item, C extends Cursor, T extends Transaction | null = null> extends ErrorRule {
  /** What the step handed over: where the batch starts. */
  readonly from: BatchStart<C>;
  readonly enumerator: Enumerator<Item, C>;
  /** Does one item's work; as in an iteration. */
  readonly eachIteration: (
    item: Item,
    context: ItemContext<C, T>,
  ) => Promise<ItemResult | undefined> | Promise<void>;
  /** After an item's work, and with a store that fences after its commit. */
  readonly afterIteration?: (item: Item, context: IterationContext<C>) => Promise<void> | void;
  /**
   * Items that one checkpoint covers; or by time, as in an iteration, which is the default: `auto`.
   */
  readonly checkpointEvery?: CheckpointEvery;
  /** How many items the run selects; null when unknown. */
  readonly total?: number | null;
  /** Default: nothing but history. */
  readonly store?: CheckpointStore<T>;
  readonly onError?: ErrorPolicy<Item>;
  readonly onSkipped?: (item: Item, reason: string, context: ItemContext<C, T>) => Promise<void>;
}

/** As `AnyDefinition` of an iteration. */
type AnyBatchWork<Item, C extends Cursor> = Omit<
  BatchWork<Item, C, Transaction | null>,
  'eachIteration' | 'onSkipped'
> & {
  eachIteration(
    item: Item,
    context: ItemContext<C, Transaction | null>,
  ): Promise<ItemResult | undefined> | Promise<void>;
  onSkipped?(item: Item, reason: string, context: ItemContext<C, Transaction | null>): Promise<void>;
};

/**
 * Works one batch off inside the calling Activity.
 *
 * @throws an item's error as it is, for Temporal to try again, where the batch had no progress before it. What ends the run, as
 * an ApplicationFailure that isn't retried: SameErrorAtSameCursor, NoProgressError, InvalidCursorError, CursorTooLargeError,
 * CursorNotUniqueError and other refusals of an enumerator, CheckpointMissingError, UnreadableCheckpointError, what says that a
 * store can't be used
 */
export function workBatch<Item, C extends Cursor, T extends Transaction | null = null>(
  work: BatchWork<Item, C, T> & (null extends T ? unknown : { readonly store: CheckpointStore<T> }),
): Promise<Batch<C>> {
  return runBatch<Item, C>(work, currentAttempt());
}

async function runBatch<Item, C extends Cursor>(
  work: AnyBatchWork<Item, C>,
  attempt: ActivityAttempt,
): Promise<Batch<C>> {
  const { from, store = heartbeatStore, checkpointEvery = defaultCheckpointEvery } = work;
  const every = assertCadence(checkpointEvery);
  const key = { workflowId: attempt.workflowId, chain: from.chain, name: from.step };
  const epoch = { generation: from.generation, attempt: attempt.attempt };
  // Before the store: taking over may wait for an earlier attempt's transaction, longer than a heartbeat may be missing.
  const meter = new WorkMeter(attempt, { work: { pattern: 'step', step: from.step }, store: store.name });
  const liveness = new Liveness(attempt, meter);
  const failed = (error: unknown) => unlessUnusable(liveness.failed(error, work, { cursor: from.cursor }));
  try {
    if (from.cleanUp === true) {
      try {
        await store.retire(key, epoch);
      } catch (error) {
        throw failed(error);
      }
      // Whatever the attempt: nobody is to take the clearing for work that was resumed.
      const here = { cursor: from.cursor, counts: noCounts };
      return reportOf(work, { attempt: 1 }, here, 'finished', { clearing: true });
    }
    const warn: SessionOptions['warn'] = (message, facts) =>
      attempt.log('warn', message, { step: from.step, cursor: from.cursor, ...facts });
    // Between two checkpoints of history a store is to keep what it can, within the same bounds.
    const kept = cadenceOf(every, performance.now());
    let session: StoreSession;
    try {
      session = await store.open({
        key,
        epoch,
        every: 1,
        ...(kept === null ? {} : { cadence: kept }),
        warn,
        hears: meter.hears,
      });
    } catch (error) {
      throw error instanceof FenceLostError ? unlessUnusable(error) : failed(error);
    }
    try {
      const batch = await workOff(work, { every, attempt, session, liveness, meter, warn });
      if (batch.reason === 'paused by the server') endPaused(attempt);
      return batch;
    } finally {
      await session.close();
    }
  } finally {
    liveness.close();
  }
}

async function workOff<Item, C extends Cursor>(
  work: AnyBatchWork<Item, C>,
  {
    every,
    attempt,
    session,
    liveness,
    meter,
    warn,
  }: {
    readonly every: CheckpointEvery;
    readonly attempt: ActivityAttempt;
    readonly session: StoreSession;
    readonly liveness: Liveness;
    readonly meter: WorkMeter;
    readonly warn: SessionOptions['warn'];
  },
): Promise<Batch<C>> {
  const beginsMs = attempt.nowMs();
  const { from, store = heartbeatStore } = work;
  const stored = readStored(session.stored, store, warn);
  const start = startOfBatch(from, { store, stored, held: liveness.held }, warn);
  await liveness.assertGetsFurther(start);
  meter.begin(start.counts);
  const resumed = tellResumption(attempt, meter, from, { at: start, stored, store: store.name });
  const progress = new IterationProgress<C>({ checkpoint: start, source: store.name }, attempt.attempt);
  const fenced = store.fences === true;
  if (fenced) progress.fenceBy(store.name);
  const pace = batchPace(every, { carried: from.cadence, beginsMs, done: progress.items, fenced });
  const report = (kind: Batch['kind'], more: Partial<Batch<C>> = {}): Batch<C> =>
    reportOf(work, attempt, progress.checkpoint('read'), kind, {
      workedMs: Math.round(attempt.nowMs() - beginsMs),
      ...resumed,
      ...pace.report(),
      ...more,
    });
  const wait = (waitMs: number): Batch<C> => {
    if (waitMs > 0) tellStop(attempt, from, progress.checkpoint('read'), { waitMs });
    return report('advanced', { waitMs });
  };
  const interrupted = (reason: InterruptionReason): Batch<C> => {
    if (reason === 'paused by the server') liveness.hold(progress.checkpoint('read'));
    tellStop(attempt, from, progress.checkpoint('read'), { reason });
    meter.interrupted(reason);
    return report('interrupted', { reason });
  };
  try {
    const end = await walkBatch(work, { pace, attempt, progress, session, liveness });
    switch (end.kind) {
      case 'exhausted':
        return report('finished');
      case 'not now':
        return wait(end.waitMs);
      case 'aborted':
        return end.abort.abort === 'retry' ? wait(end.abort.waitMs) : report('finished');
      case 'stopped':
        if (end.reason === 'batch full' || end.reason === 'item limit') return report('advanced');
        return interrupted(end.reason);
    }
  } catch (thrown) {
    if (thrown instanceof FenceLostError) throw thrown;
    // B6: the next attempt of this batch goes on where the store says.
    if (thrown instanceof StoreOutageError) throw liveness.failed(thrown, work, { cursor: from.cursor });
    const reason = attempt.interruption();
    if (reason !== null && isStopItself(thrown, attempt)) return interrupted(reason);
    if (!endsAtOnce(thrown) && (progress.sequence > start.sequence || progress.items > 0)) {
      attempt.log(
        'warn',
        'An error after progress: the batch ends here, the next one starts at the failed item',
        {
          step: from.step,
          cursor: progress.position,
          error: errorMessage(thrown),
        },
      );
      liveness.passedOn(thrown, work);
      return report('advanced');
    }
    throw liveness.failed(thrown, work, { cursor: from.cursor });
  } finally {
    meter.tell(progress.counts);
  }
}

function walkBatch<Item, C extends Cursor>(
  work: AnyBatchWork<Item, C>,
  around: {
    readonly pace: BatchPace;
    readonly attempt: ActivityAttempt;
    readonly progress: IterationProgress<C>;
    readonly session: StoreSession;
    readonly liveness: Liveness;
  },
): Promise<WalkEnd> {
  const { pace, attempt, progress, liveness } = around;
  const keepsEachItem = work.store?.keepsEachItem === true;
  const { expected } = pace;
  const breathe = breather(attempt);
  const inHistory = work.from.cursor === null ? null : decodeCursor<C>(work.from.cursor);
  const context = (): IterationContext<C> => ({
    stopping: attempt.stopping,
    checkpoint: keepsEachItem ? progress.cursor : inHistory,
    runId: attempt.workflowId,
  });
  const inItem = (transaction: Transaction | null) => ({ ...context(), transaction });
  const rules: ItemRules<Item> = {
    visit: (item, transaction) => work.eachIteration(item, inItem(transaction)),
    skipped: async (item, reason, transaction) => work.onSkipped?.(item, reason, inItem(transaction)),
    onError: work.onError,
    ...(work.isOutage === undefined ? {} : { isOutage: work.isOutage }),
  };
  const surroundings = { ...around, keepsEachItem };
  return walkItems<Item, C>({
    enumerator: work.enumerator,
    from: progress.cursor,
    ...(expected === undefined ? {} : { atMost: expected }),
    work: async (inHand) => {
      pace.begins(attempt.nowMs());
      const abort = await workItem(inHand, rules, surroundings);
      if (abort !== null) return abort;
      pace.advanced(attempt.nowMs(), inHand.size);
      liveness.progressed(keepsEachItem);
      await work.afterIteration?.(inHand.item, context());
      const breath = breathe();
      if (breath !== null) await breath;
      return null;
    },
    reasonToStop: () => attempt.interruption() ?? (pace.isFull ? 'batch full' : null),
  });
}

function reportOf<Item, C extends Cursor>(
  { from, total = null, store }: AnyBatchWork<Item, C>,
  { attempt }: Pick<ActivityAttempt, 'attempt'>,
  { cursor, counts }: Pick<Checkpoint, 'cursor' | 'counts'>,
  kind: Batch['kind'],
  more: Partial<Batch<C>> = {},
): Batch<C> {
  return {
    type: 'leftoff.batch',
    kind,
    reason: null,
    after: from.cursor,
    cursor,
    counts,
    total,
    attempt,
    generation: from.generation,
    waitMs: 0,
    store: store === undefined || store === heartbeatStore ? null : store.name,
    ...more,
  };
}

/**
 * Opens a run's checkpoints for one attempt: where it starts, and where its progress is kept from then on.
 *
 * O1  The newest of history, heartbeat and store is the starting point (`starting-point.ts`); where the store fences, the
 *     store is (`fenced-start.ts`).
 * O2  The heartbeat is always there: a store that is away costs a window, not the run.
 * O3  A store that can't be opened is an outage, or an error that is counted as an item's is; one that nobody but a person
 *     can mend fails the run at once.
 * O4  A resumption is handed over at once: an attempt that is lost before its first item was one, too.
 */
import type { Checkpoint, InterruptionReason, IterationEnding, IterationOutcome } from '../checkpoint.js';
import { firstCheckpoint } from '../checkpoint.js';
import type { CheckpointEvery } from '../checkpoint-cadence.js';
import type { Cursor } from '../cursor.js';
import type { ActivityAttempt } from './activity-attempt.js';
import { cadenceOf } from './cadence.js';
import type { ErrorRule } from './error-policy.js';
import { databaseWentBack, startUnderFence } from './fenced-start.js';
import { assertGetsFurther, letFirstHeartbeatLeave, unlessUnusable } from './hopeless-attempts.js';
import { failureBeforeItOpened } from './iteration-failure.js';
import type { IterationInput } from './iteration-input.js';
import type { IterationProgress } from './iteration-progress.js';
import { attemptsHeardOf } from './liveness.js';
import { readCheckpoint, readStored } from './read-checkpoint.js';
import { beginAttempt, chooseStartingPoint, type StartingPoint } from './starting-point.js';
import type { CheckpointKey, CheckpointStore, StoreSession } from './stores/checkpoint-store.js';
import { HeartbeatSender, offerBudgetMs } from './stores/heartbeat-sender.js';
import { heartbeatStore } from './stores/heartbeat-store.js';
import { meterOf, type WorkMeter } from './work-meter.js';

export interface IterationToOpen extends ErrorRule {
  readonly store: CheckpointStore | undefined;
  readonly every: CheckpointEvery;
  readonly input: IterationInput<unknown>;
}

/** How an execution goes on or ends, as it is told. */
type ExecutionEvent =
  | { readonly kind: 'interrupted'; readonly reason: InterruptionReason }
  | { readonly kind: 'throttled'; readonly waitMs: number }
  | { readonly kind: 'completed'; readonly ending: IterationEnding };

export interface OpenIteration<C extends Cursor> {
  readonly kind: 'open';
  readonly progress: IterationProgress<C>;
  readonly session: StoreSession;
  readonly meter: WorkMeter;
  readonly keepsEachItem: boolean;
  /** The store's name, where it keeps something to clear later. */
  readonly keptIn: string | null;
  /** Items were done: offers a checkpoint to the heartbeat when it is time. */
  advanced(items: number): void;
  /** Hands the newest checkpoint over now. */
  flush(): Promise<Checkpoint>;
  /** Logs how an execution goes on or ends, and counts it. */
  tell(event: ExecutionEvent): void;
  close(): Promise<void>;
}

export type Opened<C extends Cursor> =
  | OpenIteration<C>
  | { readonly kind: 'cleaned up'; readonly outcome: IterationOutcome<C> };

/** @throws FenceLostError where a newer attempt was here already; what a store throws that can't do without its server */
export async function openIteration<C extends Cursor>(
  { store = heartbeatStore, every, input, ...rule }: IterationToOpen,
  attempt: ActivityAttempt,
): Promise<Opened<C>> {
  const key: CheckpointKey = {
    workflowId: attempt.workflowId,
    chain: input.chain ?? attempt.workflowId,
    name: attempt.activityType,
  };
  const epoch = { generation: input.generation ?? 1, attempt: attempt.attempt };
  if (input.cleanUp === true) {
    try {
      await store.retire(key, epoch);
    } catch (error) {
      throw unlessUnusable(error);
    }
    return { kind: 'cleaned up', outcome: nothingLeft(input) };
  }
  let known: IterationProgress<C> | null = null;
  const warn = (message: string, facts: Record<string, unknown>) =>
    attempt.log('warn', message, { cursor: known?.position ?? input.from?.cursor ?? null, ...facts });
  let sentSequence = 0;
  const meter = meterOf(attempt, store);
  // Before the store: taking over may wait for an earlier attempt's transaction, longer than a heartbeat may be missing.
  const items = typeof every === 'number' ? every : 1;
  const beats = cadenceOf(every, performance.now(), offerBudgetMs);
  const heartbeat = new HeartbeatSender({
    attempt,
    every: items,
    cadence: beats,
    details: () => (known === null ? attempt.heartbeatDetails : known.checkpoint('handed over')),
    onSent: (seconds) => {
      if (known === null) return;
      if (known.sequence > sentSequence) meter.kept('heartbeat', seconds);
      sentSequence = known.sequence;
      meter.tell(known.counts);
    },
  });
  /** Null: by number, or with each item. */
  const kept =
    store === heartbeatStore
      ? beats
      : store.keepsEachItem === true
        ? null
        : cadenceOf(every, performance.now());
  let opened: StoreSession | null = null;
  const startedMs = attempt.nowMs();
  let start: StartingPoint;
  let progress: IterationProgress<C>;
  try {
    opened = await store.open({
      ...{ key, epoch, every: items, warn, hears: meter.hears },
      ...(kept === null ? {} : { cadence: kept }),
    });
    const sent = readCheckpoint(attempt.heartbeatDetails, 'the heartbeat');
    const stored = { checkpoint: readStored(opened.stored, store, warn), name: store.name };
    if (store.fences === true) {
      const fenced = startUnderFence(chooseStartingPoint(input.from, sent), stored);
      if (fenced.behind > 0)
        warn(databaseWentBack, { cursor: fenced.checkpoint?.cursor, behind: fenced.behind });
      start = fenced;
    } else start = chooseStartingPoint(input.from, sent, stored);
    const elapsedMs = () => attempt.nowMs() - startedMs;
    const heard = attemptsHeardOf(attempt.heartbeatDetails);
    progress = beginAttempt<C>(start, input, attempt.attempt, { sent, heard, elapsedMs });
  } catch (thrown) {
    heartbeat.close();
    await opened?.close();
    throw failureBeforeItOpened(thrown, input, attempt, { rule, meter });
  }
  const session = opened;
  if (store.fences === true) progress.fenceBy(store.name);
  if (kept !== null) progress.paceBy(() => kept.inForce);
  known = progress;
  sentSequence = progress.sequence;
  meter.begin(progress.counts);
  try {
    assertGetsFurther(progress.attempts, progress.checkpoint('read'));
  } catch (error) {
    heartbeat.close();
    await session.close();
    throw error;
  }
  if (progress.isResumption) {
    heartbeat.flush();
    await letFirstHeartbeatLeave(progress.attempts);
    attempt.log('info', 'Resumed', { cursor: start.checkpoint?.cursor ?? null, source: start.source });
    meter.resumed(start.source);
  }
  return {
    kind: 'open',
    progress,
    session,
    meter,
    keepsEachItem: store.keepsEachItem === true,
    keptIn: store === heartbeatStore ? null : store.name,
    advanced: (items) => heartbeat.advanced(items),
    flush: async () => {
      const checkpoint = progress.checkpoint('handed over');
      heartbeat.flush(checkpoint);
      await session.flush(checkpoint);
      return checkpoint;
    },
    tell: (event) => {
      const { cursor, counts, workedMs } = progress.checkpoint('read');
      attempt.log('info', sentences[event.kind], { cursor, ...counts, workedMs, ...factsOf(event) });
      if (event.kind === 'completed') meter.completed();
      else if (event.kind === 'interrupted') meter.interrupted(event.reason);
    },
    close: async () => {
      heartbeat.close();
      meter.tell(progress.counts);
      await session.close();
    },
  };
}

const sentences = {
  interrupted: 'Interrupted',
  throttled: 'Throttled',
  completed: 'Completed',
} as const;

function factsOf({ kind: _, ...facts }: ExecutionEvent): Record<string, string | number> {
  return facts;
}

function nothingLeft({ from }: IterationInput<unknown>): IterationOutcome<never> {
  return {
    type: 'leftoff.iteration',
    kind: 'completed',
    ending: 'exhausted',
    checkpoint: from ?? firstCheckpoint,
    result: null,
  };
}

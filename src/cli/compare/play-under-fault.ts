/**
 * One run of one lane under the fault: fresh orders, a fresh worker, the fault at its order, and what came of it.
 *
 * U1  The fault is armed before the run starts; what it took is there again before the run is proved.
 * U2  Every number is read from the database, the server or their counters when the run has ended.
 * U3  However it ends, its workers and its run are ended, and what the fault left is taken back.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { readCheckpoints, readState } from '../../continuation/inspection/index.js';
import { noteOf } from '../../faults/cell-notes.js';
import type { Fallen, Fault, FaultScene } from '../../faults/fault.js';
import { costsOfFallen } from '../../faults/fault-costs.js';
import { readFirstEffect, strikesWorker } from '../../faults/first-effect.js';
import { revisitBound } from '../../faults/revisit-bound.js';
import { hasEnded } from '../../faults/run-progress.js';
import type { StartedGateway } from '../../gateway/start-payment-gateway.js';
import { proveOrders } from '../../orders/prove-orders.js';
import { seedOrders } from '../../orders/seed-orders.js';
import { selectOrders } from '../../orders/select-orders.js';
import { UserError } from '../../user-error.js';
import { describeCadence } from '../run-memo.js';
import { memoOf, type RunToStart, startRun } from '../start-run.js';
import type { ProgressPoint } from './comparison.js';
import type { ComparisonStage } from './comparison-stage.js';
import { awaitWorkersDisconnected, growthOf, openRedisCounter, readPostgresWrites } from './count-writes.js';
import { runOfLane } from './lane-run.js';
import type { Lane } from './lanes.js';
import type { LiveLane } from './live-lane.js';
import type { Plan } from './plan.js';
import { readRecoveryEvents } from './read-recovery-events.js';
import { type PendingSeen, splitRecovery } from './recovery-split.js';
import type { PlayedRun } from './summarise-lane.js';
import { trackLane } from './track-lane.js';
import { watchOrders } from './watch-orders.js';
import { watchPending } from './watch-pending.js';

export interface RunUnderFault {
  readonly lane: Lane;
  readonly plan: Plan;
  readonly fault: Fault;
  /** Null: orders are charged in the ledger alone. */
  readonly gateway: StartedGateway | null;
  readonly runId: string;
  readonly onLive: (lane: LiveLane) => void;
  readonly tell: (line: string) => void;
}

const endLookMs = 50;

export async function playUnderFault(stage: ComparisonStage, run: RunUnderFault): Promise<PlayedRun> {
  try {
    return await play(stage, run);
  } finally {
    // Also where a part is away, so that the runs can't be ended: the next of its users must not meet what the fault left.
    await stage.clear().finally(() => run.fault.clearAway?.());
  }
}

async function play(stage: ComparisonStage, under: RunUnderFault): Promise<PlayedRun> {
  const { pool, client, crew, addresses, environment, timing, signal } = stage;
  const { lane, plan, fault, gateway, runId, tell } = under;
  const { orders, itemMs, at } = plan;
  await seedOrders(pool, { kind: 'total', total: orders });
  const tracked = trackLane(lane.name, { orders, at, onLive: under.onLive });
  tracked.starting();
  const redis = addresses.redis === null ? null : openRedisCounter(addresses.redis.url);
  const over = new AbortController();
  const watching: Promise<unknown>[] = [];
  try {
    const scene: Omit<FaultScene, 'runId'> = {
      ...{ environment, pool, client, at, signal },
      startWorker: async (variables) => {
        const worker = await crew.start(variables);
        void worker.ready.then(
          () => tracked.workers(crew.atWork),
          () => undefined,
        );
        void worker.exited.then(() => tracked.workers(crew.atWork));
        return worker;
      },
      expectEndOf: (pid) => {
        crew.expectEndOf(pid);
        tracked.struck(at, crew.atWork);
      },
      tell: (line) => {
        tracked.struck(at, crew.atWork);
        tell(line);
      },
    };
    const variables = (await fault.prepare?.(scene)) ?? {};
    const first = await crew.start(variables);
    const { identity } = await first.ready;
    let goneAtMs: number | null = null;
    void first.exited.then(() => {
      goneAtMs = Date.now();
      tracked.workers(crew.atWork);
    });
    const { upTo } = await selectOrders(pool, runId);
    const before = { postgres: await readPostgresWrites(pool), redis: (await redis?.read()) ?? null };
    const { fallen } = await fault.arm({ ...scene, runId });
    const settings: RunToStart = {
      ...runOfLane(lane, { checkpointEvery: plan.checkpointEvery, timing }),
      ...{ workflowId: runId, itemMs },
      ...(gateway === null
        ? {}
        : {
            payments: {
              url: gateway.url,
              idempotencyKey:
                plan.payments === 'without-key' ? ('none' as const) : ('run and order' as const),
            },
          }),
    };
    await startRun(client, pool, settings);
    tracked.running();
    const seen = (next: Parameters<typeof tracked.seen>[0]): void => {
      if (tracked.seen(next)) stage.goesOn();
    };
    const watchedSinceMs = Date.now();
    const curve: Promise<ProgressPoint[]> = watchOrders({ pool, runId, orders, onSeen: seen }, over.signal);
    const pending: Promise<PendingSeen[]> = watchPending(
      { client, runId, isClose: tracked.isClose },
      over.signal,
    );
    watching.push(curve, pending, tracked.followCheckpoint(stage, lane, runId, over.signal));
    for (const watch of watching) watch.catch((error: unknown) => stage.fail(error));
    const fell = await stage.waitFor(`the fault in ${lane.name}`, itemMs, fallen);
    await stage.waitFor(`the end of ${lane.name}'s run`, itemMs, awaitEnded(stage, runId));
    over.abort();
    const redisAfter = (await redis?.read()) ?? null;
    await refuseUnlessCompleted(stage, lane, runId);
    const facts = await readFacts(stage, under, { fell, upTo });
    const firstEffectAtMs = await readFirstEffect(pool, runId, { fault, fell, goneAtMs });
    await crew.endThose();
    await awaitWorkersDisconnected(pool);
    const postgresAfter = await readPostgresWrites(pool);
    tracked.done(facts.durationMs);
    const [progress, looks] = await Promise.all([curve, pending]);
    const recovery =
      fell.position === null
        ? null
        : splitRecovery({
            struckAtMs: fell.struckAtMs,
            pending: looks,
            events: await readRecoveryEvents(client, {
              ...{ runId, executions: facts.executionIds, sinceMs: fell.struckAtMs },
            }),
            // Of a server that is there again nobody waits for work.
            ...(strikesWorker(fault)
              ? { struckWorker: identity, readyAtMs: fell.replacement?.readyAtMs ?? null }
              : { struckWorker: null, readyAtMs: null }),
            firstEffectAtMs,
          });
    const { durationMs, checkpoints, resumedAfter, resumptions, historyEvents, historyBytes, proof } = facts;
    return {
      ...{ durationMs, checkpoints, resumedAfter, historyEvents, historyBytes, recovery, progress },
      cadence: describeCadence(memoOf(settings)),
      killedAt: fell.position,
      faultMs: fell.position === null ? null : Math.round(fell.struckAtMs - watchedSinceMs),
      ...{ revisited: proof.revisited, doubled: proof.doubledCount, lost: proof.lostCount },
      revisitBound: boundOf(plan, lane, { timing, fell, resumptions }),
      executions: facts.executionIds.length,
      redisWrites: growthOf(before.redis, redisAfter),
      postgresWrites: growthOf(before.postgres, postgresAfter),
      payments: gateway === null ? null : await paymentsOf(gateway, runId, plan),
      words: [...fell.words],
      note: noteOf(plan.fault, lane),
    };
  } finally {
    over.abort();
    await Promise.allSettled(watching);
    redis?.close();
  }
}

async function awaitEnded({ client, signal }: ComparisonStage, runId: string): Promise<void> {
  while (!(await hasEnded({ client, runId }))) {
    signal.throwIfAborted();
    await delay(endLookMs, undefined, { signal }).catch(() => undefined);
  }
}

async function refuseUnlessCompleted({ client }: ComparisonStage, lane: Lane, runId: string): Promise<void> {
  const { status } = await client.workflow.getHandle(runId).describe();
  if (status.name === 'COMPLETED') return;
  throw new UserError(
    `The run of ${lane.name} did not complete: ${await readState(client, runId)}.`,
    `npx leftoff compare --lanes ${lane.name} --keep, then npx leftoff status`,
  );
}

async function readFacts(
  { client, pool }: ComparisonStage,
  { lane, runId }: RunUnderFault,
  { fell, upTo }: { readonly fell: Fallen; readonly upTo: number },
) {
  const proof = await proveOrders(pool, { runId, upTo, except: fell.notSelected ?? [] });
  const description = await client.workflow.getHandle(runId).describe();
  const durationMs = (description.closeTime ?? new Date()).getTime() - description.startTime.getTime();
  // The control is no job of the library's: there is nothing to read of its progress.
  if (lane.pattern === 'naive')
    return {
      ...{ proof, durationMs, checkpoints: 0, resumedAfter: null, resumptions: 0 },
      historyEvents: description.historyLength,
      historyBytes: description.historySize ?? 0,
      executionIds: [description.runId],
    };
  const { run, executions } = await readCheckpoints(client, runId);
  const resumedAfter = run.resumptions[0]?.resumedAfter;
  const sum = (of: (execution: (typeof executions)[number]) => number) =>
    executions.reduce((total, execution) => total + of(execution), 0);
  return {
    ...{ proof, checkpoints: run.checkpoints, resumptions: run.resumptionCount },
    durationMs: (run.closedAt ?? new Date()).getTime() - run.firstStartedAt.getTime(),
    resumedAfter: typeof resumedAfter === 'number' ? resumedAfter : null,
    historyEvents: sum(({ events }) => events),
    historyBytes: sum(({ bytes }) => bytes),
    executionIds: executions.map((execution) => execution.runId),
  };
}

function boundOf(
  { checkpointEvery, itemMs }: Plan,
  lane: Lane,
  {
    timing,
    fell,
    resumptions,
  }: { readonly timing: ComparisonStage['timing']; readonly fell: Fallen; readonly resumptions: number },
): number | null {
  return revisitBound({
    ...{ lane, checkpointEvery, batchSize: 1, timing, itemMs },
    ...costsOfFallen(fell, { resumptions, timing }),
  }).most;
}

async function paymentsOf(
  gateway: StartedGateway,
  runId: string,
  plan: Plan,
): Promise<PlayedRun['payments']> {
  const { calls, deduplicated, doubled } = await gateway.counts(runId);
  return { calls, deduplicated, doubled, key: plan.payments === 'without-key' ? 'none' : 'run and order' };
}

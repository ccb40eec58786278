/**
 * What each lane costs without a fault: at full speed, beside the bare loop and the bare loop with a cursor row.
 *
 * M1  One warm worker for all lanes, the bare loops in this process; the first round warms up both and isn't counted.
 * M2  Each round has all lanes one after another, and starts with another one.
 * M3  Timed from the first order's charge to the last one's, by the database: starting a run costs what it costs once, however many
 *     orders there are, and would be most of it where there are few.
 * M4  A round in which anything was lost or doubled says nothing: it is an error.
 */
import { readCheckpoints } from '../../continuation/inspection/index.js';
import { proveOrders } from '../../orders/prove-orders.js';
import type { Queryable } from '../../orders/queryable.js';
import { seedOrders } from '../../orders/seed-orders.js';
import { runBareLoop, runBareLoopWithCursor } from '../bench/bare-loop.js';
import { inTurns } from '../bench/in-turns.js';
import { setOrdersBack } from '../bench/run-orders.js';
import { callsEndedBy } from '../calls-ended-by.js';
import { startRun } from '../start-run.js';
import type { ComparedLane } from './comparison.js';
import type { ComparisonStage } from './comparison-stage.js';
import { runOfLane } from './lane-run.js';
import type { Lane, LaneName } from './lanes.js';
import type { Plan } from './plan.js';
import { priceLane } from './price-lanes.js';
import type { LanePrice } from './summarise-lane.js';

export interface PriceToMeasure {
  readonly lanes: readonly Lane[];
  readonly checkpointEvery: Plan['checkpointEvery'];
  readonly orders: number;
  /** Rounds that count. */
  readonly rounds: number;
  readonly runPrefix: string;
  readonly tell: (line: string) => void;
}

export type PriceByLane = ReadonlyMap<LaneName, LanePrice>;

type Measured =
  | { readonly kind: 'bare'; readonly name: ComparedLane['baseline'] }
  | { readonly kind: 'lane'; readonly name: LaneName; readonly lane: Lane };

export function baselineOf({ fenced }: Pick<Lane, 'fenced'>): ComparedLane['baseline'] {
  return fenced ? 'bare loop with a cursor row' : 'bare loop';
}

/** M3 */
async function readWorkMs(database: Queryable, runId: string): Promise<number> {
  const { rows } = await database.query<{ ms: number | null }>(
    `SELECT (extract(epoch FROM max(charged_at) - min(charged_at)) * 1000)::float8 AS ms
     FROM charges WHERE run_id = $1`,
    [runId],
  );
  const ms = rows[0]?.ms ?? 0;
  if (ms > 0) return ms;
  throw new Error(`${runId} booked no charges that could be timed.`);
}

export async function measurePrice(
  stage: ComparisonStage,
  { lanes, checkpointEvery, orders, rounds, runPrefix, tell }: PriceToMeasure,
): Promise<PriceByLane> {
  const { pool, client, crew, timing, signal } = stage;
  const bare = [...new Set(lanes.map(baselineOf))];
  const measured: readonly Measured[] = [
    ...bare.map((name) => ({ kind: 'bare' as const, name })),
    ...lanes.map((lane) => ({ kind: 'lane' as const, name: lane.name, lane })),
  ];
  const ms = new Map<string, number[]>(measured.map(({ name }) => [name, []]));
  const checkpoints = new Map<string, number>();
  await seedOrders(pool, { kind: 'total', total: orders });
  await (await crew.start()).ready;
  for (const { lane: turn, round } of inTurns(measured, rounds)) {
    signal.throwIfAborted();
    tell(round === 0 ? `${turn.name}: warming up` : `${turn.name}: round ${round} of ${rounds}`);
    await setOrdersBack(pool);
    const runId = `${runPrefix}-${turn.name.replaceAll(/\W+/g, '-')}-${round}`;
    if (turn.kind === 'lane') {
      const run = { ...runOfLane(turn.lane, { checkpointEvery, timing }), workflowId: runId, itemMs: 0 };
      const ended = startRun(client, pool, run).then(() =>
        callsEndedBy(signal, client, () => client.workflow.getHandle(runId).result()),
      );
      await stage.waitFor(`${turn.name} at full speed`, 0, ended);
    } else if (turn.name === 'bare loop') await runBareLoop(pool, runId, 1);
    else await runBareLoopWithCursor(pool, runId, 1);
    const { lostCount, doubledCount } = await proveOrders(pool, { runId, upTo: orders });
    if (lostCount + doubledCount > 0)
      throw new Error(`${turn.name} without a fault: lost ${lostCount}, doubled ${doubledCount}.`);
    if (round === 0) continue;
    ms.get(turn.name)?.push(await readWorkMs(pool, runId));
    if (turn.kind === 'lane' && turn.lane.pattern !== 'naive')
      checkpoints.set(turn.name, (await readCheckpoints(client, runId)).run.checkpoints);
  }
  await stage.clear();
  return new Map(
    lanes.map((lane) => [
      lane.name,
      priceLane({
        laneMs: ms.get(lane.name) ?? [],
        bareMs: ms.get(baselineOf(lane)) ?? [],
        checkpoints: checkpoints.get(lane.name) ?? 0,
      }),
    ]),
  );
}

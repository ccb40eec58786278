/**
 * Plays a comparison: every lane under the fault, as often as asked, then what each costs without one.
 *
 * R1  Fair: the same orders, seed, settings and place of the fault in every lane; one lane at a time, since two would measure each other;
 *     a fresh worker for each run; each repetition starts with another lane.
 * R2  Where a part is missing that a lane needs, the lane is left out and that is said; asked for by name, it is refused.
 */
import { randomBytes } from 'node:crypto';
import type { Fault } from '../../faults/fault.js';
import { faultNamed } from '../../faults/faults.js';
import { sigkillAfterPayment } from '../../faults/signals.js';
import type { StartedGateway } from '../../gateway/start-payment-gateway.js';
import { readServerRecord } from '../../stack/processes/server-record.js';
import { readSettings } from '../../stack/temporal/server-settings.js';
import { UserError } from '../../user-error.js';
import { rotated } from '../bench/in-turns.js';
import { describeMachine, readCommit, readVersions } from '../bench/machine.js';
import { chooseOrders } from './choose-orders.js';
import type { Comparison } from './comparison.js';
import type { ComparisonStage } from './comparison-stage.js';
import type { Lane, LaneName } from './lanes.js';
import { baselineOf, measurePrice, type PriceByLane } from './measure-price.js';
import type { Plan } from './plan.js';
import { playUnderFault } from './play-under-fault.js';
import type { ShownLanes } from './show-lanes.js';
import { keptItsPromise, notPriced, type PlayedRun, summariseLane } from './summarise-lane.js';
import { verdictOf } from './verdict.js';

export interface ComparisonToRun {
  readonly plan: Plan;
  /** The command that repeats it. */
  readonly command: string;
  /** When it all began, by `performance.now()`: bringing the stack up counts as well. */
  readonly begunAtMs: number;
  readonly shown: ShownLanes;
}

export function faultOf({ fault, payments }: Pick<Plan, 'fault' | 'payments'>): Fault {
  // Where an order is paid outside, the instant that hurts most is between that and the commit.
  return fault === 'sigkill' && payments !== 'none' ? sigkillAfterPayment : faultNamed(fault);
}

/** @throws UserError where a lane that was asked for by name lacks a part (R2) */
function lanesThatCanPlay({ lanes, lanesAsked }: Plan, { addresses }: ComparisonStage): readonly Lane[] {
  if (addresses.redis !== null) return lanes;
  const left = lanes.filter(({ store }) => store !== 'redis');
  if (lanesAsked && left.length < lanes.length)
    throw new UserError(
      'There is no Redis for the lane enumerator/redis.',
      'npx leftoff up says why, or set REDIS_URL; or leave the lane out.',
    );
  return left;
}

export async function runComparison(
  stage: ComparisonStage,
  { plan, command, begunAtMs, shown }: ComparisonToRun,
): Promise<Comparison> {
  const lanes = lanesThatCanPlay(plan, stage);
  const { addresses, environment, timing } = stage;
  const gateway = plan.payments === 'none' ? null : await openGateway(stage);
  const series = randomBytes(3).toString('hex');
  const runs = new Map<LaneName, PlayedRun[]>(lanes.map(({ name }) => [name, []]));
  try {
    for (let round = 0; round < plan.repeat; round += 1) {
      for (const lane of rotated(lanes, round)) {
        stage.signal.throwIfAborted();
        const played = await playUnderFault(stage, {
          ...{ lane, plan, fault: faultOf(plan), gateway },
          runId: `compare-${lane.name.replaceAll('/', '-')}-${series}-${round + 1}`,
          onLive: (live) => shown.change(live),
          tell: (line) => shown.tell(`${lane.name}: ${line}`),
        });
        runs.get(lane.name)?.push(played);
      }
    }
  } finally {
    await gateway?.stop();
  }
  const orders = await chooseOrders(stage, { plan, lanes, begunAtMs });
  if (orders === 0 && plan.priceOrders > 0)
    shown.tell('what it costs: too little time is left to measure it');
  const prices: PriceByLane =
    orders === 0
      ? new Map()
      : await measurePrice(stage, {
          ...{ lanes, orders, checkpointEvery: plan.checkpointEvery, rounds: plan.repeat },
          ...{ runPrefix: `price-${series}`, tell: (line: string) => shown.tell(`what it costs: ${line}`) },
        });
  const compared = lanes.map((lane) =>
    summariseLane({
      ...{ lane: lane.name, baseline: baselineOf(lane) },
      ...{ runs: runs.get(lane.name) ?? [], price: prices.get(lane.name) ?? notPriced },
    }),
  );
  const { fault, at, seed, itemMs, repeat } = plan;
  const record = await readServerRecord(environment.home, 'temporal');
  const settings = readSettings(record?.process?.command ?? '').kind;
  return {
    ...{ fault, faultTitle: faultOf(plan).title, at, seed, orders: plan.orders, itemMs, repeat },
    ...(orders === 0 ? {} : { priceOrders: orders }),
    profile: timing.profile,
    settings: addresses.temporal.source === 'environment' || settings === 'mixed' ? null : settings,
    measuredAt: new Date().toISOString(),
    commit: await readCommit(),
    command,
    machine: describeMachine(),
    versions: await readVersions(stage),
    ok: compared.every(keptItsPromise),
    lanes: compared,
    verdict: verdictOf({ fault, at, lanes: compared }),
  };
}

async function openGateway({ environment }: ComparisonStage): Promise<StartedGateway> {
  const { startPaymentGateway } = await import('../../gateway/start-payment-gateway.js');
  return startPaymentGateway({ home: environment.home });
}

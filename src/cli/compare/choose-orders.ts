/** How many orders the price is measured on: as many as asked for, or as many as the time that is left allows. */
import { seedOrders } from '../../orders/seed-orders.js';
import { runBareLoop } from '../bench/bare-loop.js';
import type { ComparisonStage } from './comparison-stage.js';
import type { Lane } from './lanes.js';
import type { Plan } from './plan.js';

export interface OrdersToChoose {
  readonly plan: Pick<Plan, 'priceOrders' | 'withinS' | 'repeat'>;
  readonly lanes: readonly Lane[];
  /** When it all began, by `performance.now()`. */
  readonly begunAtMs: number;
}

/** Enough to see what an order takes. */
const sampleOrders = 200;

/** @returns 0 where it isn't measured: it wasn't asked for, or too little time is left */
export async function chooseOrders(
  { pool }: Pick<ComparisonStage, 'pool'>,
  { plan: { priceOrders, withinS, repeat }, lanes, begunAtMs }: OrdersToChoose,
): Promise<number> {
  if (priceOrders === 0 || withinS === null) return priceOrders;
  await seedOrders(pool, { kind: 'total', total: sampleOrders });
  const started = performance.now();
  await runBareLoop(pool, `sample-${process.pid}-${Math.round(started)}`, 1);
  const msAnOrder = (performance.now() - started) / sampleOrders;
  return ordersThatFit({
    ...{ msAnOrder, most: priceOrders, lanes: lanes.length, rounds: repeat + 1 },
    leftMs: withinS * 1_000 - (performance.now() - begunAtMs),
  });
}

export interface TimeLeft {
  readonly leftMs: number;
  /** Of the bare loop. */
  readonly msAnOrder: number;
  readonly most: number;
  readonly lanes: number;
  readonly rounds: number;
}

/** A lane takes this many times its bare loop, at the worst; the bare loops take turns as well. */
const laneFactor = 2.5;
const bareLoops = 2;
/** For each turn: the orders set back, a start, a proof; and at the end the stack is taken down. */
const turnMs = 400;
const endMs = 8_000;
/** Below it a round says nothing. */
const fewest = 200;

/** Pure. */
export function ordersThatFit({ leftMs, msAnOrder, most, lanes, rounds }: TimeLeft): number {
  const turns = (lanes + bareLoops) * rounds;
  const forOrdersMs = leftMs - endMs - turns * turnMs;
  const anOrderMs = msAnOrder * rounds * (lanes * laneFactor + bareLoops);
  const fitting = Math.min(most, Math.floor(forOrdersMs / anOrderMs));
  return fitting < fewest ? 0 : fitting;
}

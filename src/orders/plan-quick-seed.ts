/**
 * The quick seed: 100 real orders, the same 100 each time, laid out for a stage.
 *
 * Q1  Ids 1 to 61 are pending, 62 to 80 processed and 81 to 100 failed, so that "order 23" is id 23.
 * Q2  Exactly one order of the 100 has a total of 0: id 42, pending, well after the order that the demo kills at.
 * Q3  What is processed or failed was so before any run: it has no run, and no charge in the ledger, which counts the
 *     effects of runs only.
 *
 * The orders are the file's first 99 with a total above 0, and its first with a total of 0, renumbered.
 */
import { UserError } from '../user-error.js';
import type { Order } from './order.js';

export type SeedOrder = Order & {
  readonly status: 'pending' | 'processed' | 'failed';
  readonly reason: string | null;
};

const seeded = 100;
const lastPending = 61;
const lastProcessed = 80;
const zeroTotalId = 42;

export function planQuickSeed(file: readonly Order[]): SeedOrder[] {
  const chargeable = file.filter((order) => order.totalCents > 0).slice(0, seeded - 1);
  const zeroTotal = file.find((order) => order.totalCents === 0);
  if (chargeable.length < seeded - 1 || zeroTotal === undefined) {
    throw new UserError(
      `A quick seed needs ${seeded - 1} orders with a total above 0 and one of 0; the file has ${chargeable.length} and ${zeroTotal === undefined ? 'none' : 'one'}.`,
      'Seed any number of its orders instead: npx leftoff seed --total N',
    );
  }
  return chargeable
    .toSpliced(zeroTotalId - 1, 0, zeroTotal)
    .map((order, index) => asSeeded(order, index + 1));
}

function asSeeded(order: Order, orderId: number): SeedOrder {
  if (orderId <= lastPending) return { ...order, orderId, status: 'pending', reason: null };
  if (orderId <= lastProcessed) return { ...order, orderId, status: 'processed', reason: null };
  return { ...order, orderId, status: 'failed', reason: 'failed before any run (seeded so)' };
}

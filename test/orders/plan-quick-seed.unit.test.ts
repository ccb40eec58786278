import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/orders/order.js';
import { planQuickSeed } from '../../src/orders/plan-quick-seed.js';

const anOrder = (orderId: number, totalCents = 1_000 + orderId): Order => ({
  orderId,
  customerId: 7,
  orderedOn: '1997-01-18',
  units: 1,
  totalCents,
});

const chargeable = Array.from({ length: 150 }, (_, index) => anOrder(index + 1));
const aFile = [...chargeable, anOrder(151, 0), anOrder(152, 0)];

const idsWith = (status: string) =>
  planQuickSeed(aFile).flatMap((order) => (order.status === status ? [order.orderId] : []));
const idsFrom = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('the quick seed', () => {
  it('has 61 pending orders with the ids 1 to 61, so that "order 23" is id 23', () => {
    expect(idsWith('pending')).toEqual(idsFrom(1, 61));
  });

  it('has 19 processed and 20 failed orders after them', () => {
    expect(idsWith('processed')).toEqual(idsFrom(62, 80));
    expect(idsWith('failed')).toEqual(idsFrom(81, 100));
  });

  it('has exactly one order that can’t be charged: pending, and after id 30', () => {
    const zeroTotals = planQuickSeed(aFile).filter((order) => order.totalCents === 0);

    expect(zeroTotals).toMatchObject([{ status: 'pending' }]);
    expect(zeroTotals[0]?.orderId).toBeGreaterThan(30);
  });

  it('keeps the order of the file', () => {
    const totals = planQuickSeed(aFile)
      .map((order) => order.totalCents)
      .filter((total) => total > 0);

    expect(totals).toEqual(chargeable.slice(0, 99).map((order) => order.totalCents));
  });

  it('gives a reason to each failed order and to no other', () => {
    for (const order of planQuickSeed(aFile)) expect(order.reason !== null).toBe(order.status === 'failed');
  });

  it('refuses a file that is too small for it, and names the way that works', () => {
    expect(() => planQuickSeed(chargeable)).toThrow('has 99 and none');
    expect(() => planQuickSeed(aFile.slice(-5))).toThrow(
      expect.objectContaining({ mend: expect.stringContaining('--total') }),
    );
  });
});

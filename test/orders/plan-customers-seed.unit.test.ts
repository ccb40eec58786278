import { describe, expect, it } from 'vitest';
import { planCustomersSeed } from '../../src/orders/plan-customers-seed.js';
import { readOrderFile } from '../../src/orders/read-order-file.js';
import { cdnowOrdersFile } from '../../src/orders/seed-orders.js';

const seeded = planCustomersSeed(await readOrderFile(cdnowOrdersFile));

describe('the seed of customers', () => {
  it('has 50 customers with the numbers 1 to 50, and their orders from 1 without a gap', () => {
    expect(new Set(seeded.map(({ customerId }) => customerId))).toEqual(
      new Set(Array.from({ length: 50 }, (_, index) => index + 1)),
    );
    expect(seeded.map(({ orderId }) => orderId)).toEqual(seeded.map((_, index) => index + 1));
  });

  it('has a customer 42 with orders in several months, so that a worker can be killed between two of them', () => {
    const months = new Set(
      seeded.filter(({ customerId }) => customerId === 42).map(({ orderedOn }) => orderedOn.slice(0, 7)),
    );

    expect(months.size).toBeGreaterThanOrEqual(4);
  });

  it('needs a file with enough customers', () => {
    expect(() => planCustomersSeed(seeded)).toThrow(
      'A seed of customers needs 154 of them; the file has 50.',
    );
  });
});

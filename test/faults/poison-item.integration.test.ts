import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { liftPoison, poison } from '../../src/faults/poison-item.js';
import { chargeOrders } from '../../src/orders/charge-orders.js';
import { seedOrders } from '../../src/orders/seed-orders.js';
import { createTestDatabase, type TestDatabase } from '../servers/test-database.js';

describe('an order that was poisoned', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(() => seedOrders(database.pool, { kind: 'quick' }));
  afterAll(() => database.drop());

  const charge = (orderId: number) => chargeOrders(database.pool, { runId: 'run', orderIds: [orderId] });

  it('is refused by the database, and no other is', async () => {
    await poison(database.pool, 5);

    await expect(charge(5)).rejects.toThrow('leftoff_poison');
    await charge(6);
  });

  it('can be charged once the poison is lifted, by whom ever', async () => {
    await poison(database.pool, 5);

    await liftPoison(database.pool);

    await charge(5);
  });

  it('can be charged when its time is up: whoever was killed lifts nothing', async () => {
    await poison(database.pool, 5, new Date(Date.now() - 1));

    await charge(5);
  });
});

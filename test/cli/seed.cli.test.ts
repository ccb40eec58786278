import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { orderFileOf } from '../orders/some-orders.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
});
afterAll(() => checkout.cleanUp());

const quick = { total: 100, pending: 61, processed: 19, failed: 20 };

async function snapshot(): Promise<unknown> {
  return JSON.parse((await checkout.leftoff('snapshot', '--json')).stdout);
}

describe('seed', () => {
  beforeEach(() => checkout.leftoff('seed'));

  it('loads the quick hundred when nothing else is said, and prints the counts', async () => {
    const { stdout, exitCode } = await checkout.leftoff('seed');

    expect({ stdout, exitCode }).toEqual({
      stdout: 'Total: 100 | Pending: 61 | Processed: 19 | Failed: 20',
      exitCode: 0,
    });
  });

  it('prints one JSON document on stdout, and nothing else there', async () => {
    const { stdout } = await checkout.leftoff('seed', '--quick', '--json');

    expect(JSON.parse(stdout)).toEqual(quick);
  });

  it('loads any number of orders, all pending, in place of those that were there', async () => {
    await checkout.leftoff('seed', '--total', '7000');

    expect(await snapshot()).toEqual({ total: 7_000, pending: 7_000, processed: 0, failed: 0 });
  });

  it("loads each order of a user's file once, under its own id", async () => {
    const file = await orderFileOf(
      join(checkout.home, 'two.csv'),
      '8,1,1997-01-01,1,500',
      '9,1,1997-01-02,1,700',
    );

    await checkout.leftoff('seed', '--file', file);

    expect(await snapshot()).toEqual({ total: 2, pending: 2, processed: 0, failed: 0 });
    const { rows } = await checkout.database.pool.query('SELECT order_id FROM orders ORDER BY order_id');
    expect(rows).toEqual([{ order_id: 8 }, { order_id: 9 }]);
  });

  it('refuses a file with a broken row, naming file, line and column, and loses nothing', async () => {
    const file = await orderFileOf(
      join(checkout.home, 'broken.csv'),
      '1,1,1997-01-01,1,500',
      '2,1,1997-13-01,1,700',
    );

    const { stdout, stderr, exitCode } = await checkout.leftoff('seed', '--file', file);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`${file}, line 3: ordered_on is "1997-13-01"`);
    expect(await snapshot()).toEqual(quick);
  });

  it('refuses a file that is not there', async () => {
    const { stderr, exitCode } = await checkout.leftoff('seed', '--file', '/nonexistent.csv');

    expect(exitCode).toBe(1);
    expect(stderr).toContain("/nonexistent.csv can't be read");
  });
});

describe('seed while a run is open', () => {
  beforeEach(async () => {
    await checkout.leftoff('seed', '--force');
    await checkout.leftoff('run', 'step:process-orders', '--id', `open-${Date.now()}`, '--detach');
  });
  afterAll(() => checkout.leftoff('reset'));

  it('refuses to replace the orders under it, and names the way', async () => {
    const { stderr, exitCode } = await checkout.leftoff('seed', '--total', '5');

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/open-\d+ is still open/);
    expect(stderr).toContain('npx leftoff seed --force');
    expect(await snapshot()).toEqual(quick);
  });

  it('ends it first when told to', async () => {
    const { stderr, exitCode } = await checkout.leftoff('seed', '--total', '5', '--force');

    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/ended open-\d+/);
    expect(JSON.parse((await checkout.leftoff('status', '--json')).stdout)).toMatchObject({
      state: 'cancelled',
    });
    expect(await snapshot()).toMatchObject({ total: 5 });
  });
});

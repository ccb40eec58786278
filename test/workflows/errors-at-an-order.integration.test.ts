import { beforeAll, describe, expect, it } from 'vitest';
import { readRun } from '../../src/continuation/inspection/index.js';
import { ownStage, patterns } from './orders-stage.js';

/** The quick seed's pending orders are 1 to 61; 42 has a total of 0. */
const zeroTotalOrder = 42;
const brokenOrder = 7;
const cause = 'the ledger is closed for this customer';

const own = ownStage();

beforeAll(async () => {
  await own.checkout.database.pool.query(`
    CREATE FUNCTION refuse_order() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '${cause}'; END $$`);
  await own.stage.orders({ kind: 'quick' });
});

async function breakOrder(): Promise<void> {
  await own.checkout.database.pool.query(`
    CREATE TRIGGER refuse_order BEFORE UPDATE ON orders
    FOR EACH ROW WHEN (NEW.order_id = ${brokenOrder}) EXECUTE FUNCTION refuse_order()`);
}

async function mendOrder(): Promise<void> {
  await own.checkout.database.pool.query('DROP TRIGGER refuse_order ON orders');
}

describe.each(patterns)('in the %s pattern', (pattern) => {
  it('an order with a total of 0 fails with its reason, and the run goes on to its end', async () => {
    await own.stage.orders({ kind: 'quick' });
    own.stage.startWorker();
    const runId = await own.stage.startRun({ pattern });
    const result = await own.stage.end(runId);

    expect(result.counts).toEqual({ processed: 60, failed: 1, revisited: 0 });
    const { rows } = await own.checkout.database.pool.query(
      `SELECT order_id, reason FROM orders WHERE run_id = $1 AND status = 'failed'`,
      [runId],
    );
    expect(rows).toEqual([{ order_id: zeroTotalOrder, reason: 'total is 0: nothing to charge' }]);
    expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [], charges: 60 });
  });

  it('an error that comes back at the same order fails the run, which keeps its cursor; mended, a new run goes on there', async () => {
    await own.stage.orders({ kind: 'quick' });
    await breakOrder();
    own.stage.startWorker();
    const failing = await own.stage.startRun({ pattern, checkpointEvery: 4 });
    await expect(own.stage.end(failing)).rejects.toThrow();
    const failed = await readRun(own.checkout.temporal, failing);
    await mendOrder();
    const next = await own.stage.startRun({ pattern });
    const result = await own.stage.end(next);

    expect(failed).toMatchObject({ state: 'failed', cursor: brokenOrder - 1 });
    expect(failed.failure).toMatch(`The same error came 5 times at cursor ${brokenOrder - 1}: ${cause}`);
    expect((await own.stage.visits(failing)).size).toBe(brokenOrder - 1);
    expect(Math.min(...(await own.stage.visits(next)).keys())).toBe(brokenOrder);
    expect(result.counts).toEqual({ processed: 60 - (brokenOrder - 1), failed: 1, revisited: 0 });
    expect(await own.stage.prove(next)).toMatchObject({ lost: [], doubled: [] });
  });
});

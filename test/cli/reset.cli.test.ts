import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { markRunsEnded } from '../../src/orders/mark-runs-ended.js';
import { readSnapshot } from '../../src/orders/read-snapshot.js';
import { armFault, awaitHeldWorker } from '../../src/worker/fault-points.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
});
afterAll(() => checkout.cleanUp());

const asSeeded = { total: 100, pending: 61, processed: 19, failed: 20 };
const resetLimitMs = 2_000;

async function charges(): Promise<number> {
  const { rows } = await checkout.database.pool.query('SELECT 1 FROM charges');
  return rows.length;
}

describe.each(['step', 'enumerator'])('reset in the middle of a %s run', (pattern) => {
  beforeAll(async () => {
    await checkout.leftoff('worker', '--detach');
  });
  afterAll(() => checkout.leftoff('down'));
  beforeEach(async () => {
    await checkout.leftoff('seed', '--force');
    const started = await checkout.leftoff(
      'run',
      `${pattern}:process-orders`,
      '--item-ms',
      '400',
      '--checkpoint-every',
      '1',
      '--detach',
    );
    expect(started).toMatchObject({ exitCode: 0 });
    await expect.poll(charges, { timeout: 20_000 }).toBeGreaterThan(3);
  });

  it('ends it, sets its orders back and empties the ledger', async () => {
    const { stdout, exitCode } = await checkout.leftoff('reset', '--json');

    expect(exitCode).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject(asSeeded);
    expect(result.ended).toHaveLength(1);
    expect(result.reset).toBeGreaterThan(3);
    expect(await charges()).toBe(0);
  });

  // Beside commands that only ask: how busy the machine is must not decide. Alone it is 1.3 s, and a look 0.4 s.
  it('takes less than two seconds longer than two looks at the orders', async () => {
    const look = await checkout.leftoff('snapshot');
    const { durationMs } = await checkout.leftoff('reset');

    expect(durationMs - 2 * look.durationMs).toBeLessThan(resetLimitMs);
  });

  it('lets no order be charged afterwards: the worker has let go', async () => {
    await checkout.leftoff('reset');

    // The next run shows it: it finds all 61, and charges each of them once.
    const { stdout } = await checkout.leftoff('run', `${pattern}:process-orders`, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ total: 61, processed: 60, failed: 1, revisited: 0 });
    expect(await charges()).toBe(60);
  });
});

describe('reset', () => {
  it('with nothing to do changes nothing, and says so', async () => {
    await checkout.leftoff('seed', '--force');

    const { stdout, stderr, exitCode } = await checkout.leftoff('reset');

    expect(exitCode).toBe(0);
    expect(stdout).toBe('Total: 100 | Pending: 61 | Processed: 19 | Failed: 20');
    expect(stderr).toBe('no run had touched an order');
  });

  it('ends a run that no worker is working on', async () => {
    await checkout.leftoff('run', 'step:process-orders', '--id', 'nobody-works-on-it', '--detach');

    await checkout.leftoff('reset');

    const { stdout } = await checkout.leftoff('status', 'nobody-works-on-it', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ state: 'cancelled' });
  });

  it('leaves no mark on a later run of the same id, as on a Temporal that was set up anew', async () => {
    await markRunsEnded(checkout.database.pool, ['orders-step-again']);
    await checkout.leftoff('worker', '--detach');

    const { stdout } = await checkout.leftoff(
      'run',
      'step:process-orders',
      '--id',
      'orders-step-again',
      '--json',
    );

    expect(JSON.parse(stdout)).toMatchObject({ state: 'completed', processed: 60, failed: 1 });
    await checkout.leftoff('reset');
    await checkout.leftoff('down');
  });

  it('leaves its mark on the run that it ended, whatever is refused for that run afterwards', async () => {
    const id = 'stays-ended';
    await checkout.leftoff('run', 'step:process-orders', '--id', id, '--detach');
    await checkout.leftoff('reset');
    const marks = () =>
      checkout.database.pool.query('SELECT ended_at FROM ended_runs WHERE run_id = $1', [id]);
    const { rows } = await marks();

    const again = await checkout.leftoff('run', 'step:process-orders', '--id', id, '--detach');
    const retried = await checkout.leftoff('retry', id, '--detach');

    expect([again.exitCode, retried.exitCode]).toEqual([1, 1]);
    expect(rows).toHaveLength(1);
    expect((await marks()).rows).toEqual(rows);
  });

  it('takes armed faults back', async () => {
    const armed = await armFault(checkout.home, 1, 'item in hand');

    await checkout.leftoff('reset');
    await checkout.leftoff('worker', '--detach');
    await checkout.leftoff('run', 'step:process-orders');

    await expect(awaitHeldWorker(checkout.home, armed, AbortSignal.timeout(50))).rejects.toThrow();
    expect(await readSnapshot(checkout.database.pool)).toMatchObject({ pending: 0 });
  });
});

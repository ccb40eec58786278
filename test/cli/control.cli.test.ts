import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { workersIn } from '../worker/real-workers.js';
import { freshOrders } from './fresh-orders.js';

/** The quick seed's order that can't be charged, among 61 that are pending. */
const zeroTotalOrder = 42;

let checkout: Checkout;
let workers: ReturnType<typeof workersIn>;
beforeAll(async () => {
  checkout = await aCheckout();
  workers = workersIn(checkout);
  await freshOrders(checkout);
});
afterAll(async () => {
  await workers.endAll();
  await checkout.cleanUp();
});

const json = async (...words: readonly string[]) => {
  const { stdout, exitCode } = await checkout.leftoff(...words, '--json');
  return { exitCode, ...JSON.parse(stdout) };
};

describe('with no worker alive', () => {
  beforeAll(async () => {
    await checkout.leftoff('run', 'enumerator:process-orders', '--id', 'alone', '--detach');
  });

  it('pause is recorded, says what it waits for, and does not hang', async () => {
    const paused = await checkout.leftoff('pause', 'alone');
    const again = await checkout.leftoff('pause', 'alone');

    const recorded = 'alone is pausing: that is recorded, and it pauses as soon as one answers for it';
    for (const asked of [paused, again])
      expect(asked).toMatchObject({
        exitCode: 0,
        stdout: recorded,
        stderr: 'no worker: start one with npx leftoff worker',
      });
    expect((await checkout.leftoff('runs')).stdout).toMatch(/alone +pausing/);
  });

  it('cancel is recorded, and says that a worker is to answer for it', async () => {
    const { stdout, stderr, exitCode } = await checkout.leftoff('cancel', 'alone');

    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      'alone is cancelling: that is recorded, and it is cancelled as soon as one answers for it',
    );
    expect(stderr).toBe('no worker: start one with npx leftoff worker');
  });

  it('what cannot be is refused with its reason and what to do next', async () => {
    const late = await checkout.leftoff('pause', 'alone');
    const unknown = await checkout.leftoff('unpause', 'nobody');

    expect(late).toMatchObject({ exitCode: 1, stdout: '' });
    expect(late.stderr).toContain('alone is being cancelled.');
    expect(unknown).toMatchObject({ exitCode: 1, stdout: '' });
    expect(unknown.stderr).toContain("There is no run 'nobody'.");
  });
});

describe('a run that fails on an order', () => {
  beforeAll(async () => {
    await workers.start().ready;
    await checkout.leftoff('run', 'step:process-orders', '--id', 'fails', '--on-error', 'fail');
  });

  it('keeps its cursor before that order, and says which it is', async () => {
    const { stdout } = await checkout.leftoff('status', 'fails');

    expect(stdout).toContain(`checkpoint: order ${zeroTotalOrder - 1}`);
    expect(stdout).toContain(`order ${zeroTotalOrder}: total is 0`);
  });

  it('goes on there by retry, once the order is mended', async () => {
    const mended = await checkout.leftoff('mend', String(zeroTotalOrder), '--total-cents', '1499');
    const retried = await json('retry', 'fails');
    const { checkpoints } = await json('checkpoints', 'fails');
    const again = await checkout.leftoff('retry', 'fails');

    expect(mended.stdout).toBe(`order ${zeroTotalOrder} (pending): $0.00 is now $14.99`);
    expect(retried).toMatchObject({
      exitCode: 0,
      state: 'completed',
      processed: 61,
      failed: 0,
      revisited: 0,
    });
    expect(checkpoints).toContainEqual(
      expect.objectContaining({ source: 'retry', cursor: zeroTotalOrder - 1 }),
    );
    expect(again).toMatchObject({ exitCode: 1, stdout: '' });
    expect(again.stderr).toContain('fails has completed: there is nothing to start again.');
  });
});

describe('a run that failed over orders that are others by now', () => {
  it('is not started again, and says why and what to do', async () => {
    await freshOrders(checkout);
    await checkout.leftoff('run', 'step:process-orders', '--id', 'outlived', '--on-error', 'fail');
    await checkout.leftoff('reset');

    const refused = await checkout.leftoff('retry', 'outlived', '--detach');

    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain("outlived can't go on where it was: its orders were set back since.");
    expect(refused.stderr).toContain('Start a new run: npx leftoff run step:process-orders');
  });
});

describe('items that failed', () => {
  it('are done by another run, once they are mended', async () => {
    await freshOrders(checkout);
    await json('run', 'step:process-orders', '--id', 'skips');
    await checkout.leftoff('mend', String(zeroTotalOrder), '--total-cents', '1499');

    const retried = await json('retry', 'skips', '--failed-items');
    const none = await checkout.leftoff('retry', 'skips', '--failed-items');

    expect(retried).toMatchObject({ exitCode: 0, state: 'completed', processed: 1, failed: 0 });
    expect(none.stderr).toContain('No order of skips has failed.');
  });
});

describe('a schedule', () => {
  it('starts runs that do not overlap, and none any more once it is deleted', async () => {
    await freshOrders(checkout);
    const words = ['step:process-orders', '--id', 'nightly', '--item-ms', '1000'];
    const made = await checkout.leftoff('schedule', 'create', ...words, '--every', '60');
    const twice = await checkout.leftoff('schedule', 'create', ...words, '--every', '60');
    const first = await json('schedule', 'trigger', 'nightly');
    await expect
      .poll(async () => (await checkout.leftoff('runs')).stdout, { timeout: 20_000 })
      .toMatch(/nightly-\S+ +running/);
    const second = await json('schedule', 'trigger', 'nightly');
    const listed = JSON.parse((await checkout.leftoff('runs', '--json')).stdout);
    const deleted = await checkout.leftoff('schedule', 'delete', 'nightly');
    await checkout.leftoff('cancel', 'nightly');

    expect(made).toMatchObject({ exitCode: 0 });
    expect(twice.stderr).toContain("There is a schedule 'nightly' already.");
    expect([first.started, second.started]).toEqual([true, false]);
    expect(listed.filter((run: { workflowId: string }) => run.workflowId.startsWith('nightly'))).toHaveLength(
      1,
    );
    expect(deleted.stdout).toBe('nightly deleted');
    expect((await checkout.leftoff('schedule', '--json')).stdout).toBe('[]');
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { freshOrders } from './fresh-orders.js';
import { timesALook } from './times-a-look.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
});
afterAll(() => checkout.cleanUp());

const killAt = 12;

/** A run whose worker was struck at order 12: nobody is alive. */
async function aRunStruckBy(signal: 'SIGTERM' | 'SIGKILL', pattern: string): Promise<void> {
  await checkout.leftoff('worker', '--detach');
  const struck = checkout.leftoff('kill', '--at', String(killAt), '--signal', signal);
  // At 30 ms an order the heartbeat of every 200 ms has been sent before order 12.
  const flags = ['--checkpoint-every', '1', '--item-ms', '30', '--detach'];
  await checkout.leftoff('run', `${pattern}:process-orders`, ...flags);
  expect(await struck).toMatchObject({ exitCode: 0 });
}

async function checkpointsJson() {
  const { stdout } = await checkout.leftoff('checkpoints', '--json');
  return JSON.parse(stdout);
}

describe('checkpoints with no worker alive', () => {
  beforeEach(() => freshOrders(checkout));

  it('after SIGKILL on a step run come from history, each with its event', async () => {
    await aRunStruckBy('SIGKILL', 'step');

    const { pattern, executions, checkpoints, latest } = await checkpointsJson();

    expect(pattern).toBe('step');
    expect(executions).toEqual([
      {
        runId: expect.any(String),
        events: expect.any(Number),
        bytes: expect.any(Number),
        startedBy: 'start',
      },
    ]);
    expect(checkpoints).toHaveLength(killAt - 1);
    expect(latest).toEqual({
      source: 'history',
      cursor: killAt - 1,
      processed: killAt - 1,
      failed: 0,
      revisited: 0,
      at: expect.stringMatching(/Z$/),
      runId: executions[0].runId,
      eventId: expect.any(Number),
    });
  });

  it('after SIGTERM hold the exact cursor, in history', async () => {
    await aRunStruckBy('SIGTERM', 'enumerator');

    expect((await checkpointsJson()).latest).toMatchObject({
      source: 'interruption',
      cursor: killAt,
      processed: killAt,
      eventId: expect.any(Number),
    });
  });

  it('after SIGKILL on an enumerator run are live, and said to be', async () => {
    await aRunStruckBy('SIGKILL', 'enumerator');

    const { stdout, stderr, exitCode } = await checkout.leftoff('checkpoints');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('heartbeat, live');
    expect(stdout).toContain('kept in pending Activity state, not history');
    expect(stdout).toContain('a new worker goes on strictly after it');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stderr).toBe('no worker: start one with npx leftoff worker');
    const { latest, checkpoints } = await checkpointsJson();
    expect(latest).toMatchObject({ source: 'heartbeat', eventId: null });
    expect(latest.cursor).toBeLessThan(killAt);
    expect(checkpoints).toHaveLength(1);
  });

  it('say that there is none yet, and what that means', async () => {
    await checkout.leftoff('run', 'enumerator:process-orders', '--detach');

    const { stdout } = await checkout.leftoff('checkpoints');

    expect(stdout).toContain('no checkpoint yet: a new worker starts at the beginning');
    expect(await checkpointsJson()).toMatchObject({ checkpoints: [], latest: null });
  });
});

describe('checkpoints of a long step run', () => {
  const orders = 350;
  beforeAll(async () => {
    await freshOrders(checkout, { kind: 'total', total: orders });
    await checkout.leftoff('worker', '--detach');
    const flags = ['--checkpoint-every', '1', '--quiet'];
    expect(await checkout.leftoff('run', 'step:process-orders', ...flags)).toMatchObject({ exitCode: 0 });
    await checkout.leftoff('kill');
  });

  it('are read over the whole continue-as-new chain, oldest first', async () => {
    const { executions, checkpoints, latest } = await checkpointsJson();

    expect(executions.map(({ startedBy }: { startedBy: string }) => startedBy)).toEqual([
      'start',
      'continue-as-new',
      'continue-as-new',
    ]);
    const inHistory = checkpoints.filter(({ source }: { source: string }) => source === 'history');
    expect(inHistory.map(({ cursor }: { cursor: number }) => cursor)).toEqual(
      Array.from({ length: orders }, (_, index) => index + 1),
    );
    const carried = checkpoints.filter(({ source }: { source: string }) => source === 'continue-as-new');
    expect(carried).toHaveLength(2);
    expect(latest).toMatchObject({ cursor: orders, source: 'history' });
  });

  it('are shown as the newest ten, and all with --all', async () => {
    const few = await checkout.leftoff('checkpoints');
    const all = await checkout.leftoff('checkpoints', '--all');

    expect(few.stdout).toContain(`… ${orders + 2 - 10} earlier ones (--all shows them)`);
    expect(few.stdout).toContain('the run is completed: nothing is left to go on with');
    expect(all.stdout.split('\n').length - few.stdout.split('\n').length).toBe(orders + 2 - 10 - 1);
  });

  // Three requests one after the other, since each execution only names the one before it. Alone it is 0.7 s in all.
  it('are read within four looks at the orders', async () => {
    expect(await timesALook(checkout, 'checkpoints', '--quiet')).toBeLessThan(4);
  });
});

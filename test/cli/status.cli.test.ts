import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { freshOrders } from './fresh-orders.js';
import { timesALook } from './times-a-look.js';

let checkout: Checkout;
const start = (id: string) => checkout.leftoff('run', 'step:process-orders', '--id', id, '--detach');
beforeAll(async () => {
  checkout = await aCheckout();
});
afterAll(() => checkout.cleanUp());

describe('status and runs where there was no run yet', () => {
  it('name the command that starts one', async () => {
    const [status, checkpoints, runs] = await Promise.all([
      checkout.leftoff('status'),
      checkout.leftoff('checkpoints'),
      checkout.leftoff('runs'),
    ]);

    for (const asked of [status, checkpoints]) {
      expect(asked).toMatchObject({ exitCode: 1, stdout: '' });
      expect(asked.stderr).toContain('npx leftoff run step:process-orders');
    }
    expect(runs).toMatchObject({ exitCode: 0, stdout: 'no run yet: npx leftoff run step:process-orders' });
  });
});

describe('with no worker alive, status', () => {
  beforeAll(async () => {
    await freshOrders(checkout);
    for (const id of ['pears-1', 'apples-1', 'apples-12']) await start(id);
  });

  it('tells where the newest run stands, and how to start a worker', async () => {
    const { stdout, stderr, exitCode } = await checkout.leftoff('status');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('apples-12  running  (step, process-orders)');
    expect(stdout).toContain('no checkpoint yet');
    expect(stderr).toBe('no worker: start one with npx leftoff worker');
  });

  it('prints the same as JSON, in the shape that `run --json` has', async () => {
    const { stdout } = await checkout.leftoff('status', '--json');

    expect(JSON.parse(stdout)).toEqual({
      workflowId: 'apples-12',
      pattern: 'step',
      job: 'process-orders',
      state: 'running',
      total: null,
      processed: 0,
      failed: 0,
      revisited: 0,
      doneByOthers: 0,
      cursor: null,
      resumptions: 0,
      executions: 1,
      checkpoints: 0,
      durationMs: expect.any(Number),
      checkpointEvery: 'auto',
      cadence: null,
      batchSize: 1,
      profile: 'demo',
      store: 'heartbeat',
      attempts: [],
      partitions: [],
      failure: null,
    });
  });

  // Within a second on an idle laptop, where a look takes 0.4 s.
  it('answers within two and a half looks at the orders', async () => {
    expect(await timesALook(checkout, 'status')).toBeLessThan(2.5);
  });

  it.each([
    ['an id', 'apples-1', 'apples-1'],
    ['a unique prefix', 'pe', 'pears-1'],
  ])('takes %s', async (_, word, id) => {
    const { stdout } = await checkout.leftoff('status', word, '--json');

    expect(JSON.parse(stdout)).toMatchObject({ workflowId: id });
  });

  it('refuses a prefix of two runs as wrong usage, and names them', async () => {
    const { stderr, exitCode } = await checkout.leftoff('status', 'apples');

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/'apples' could be apples-1\d?, apples-1\d?\./);
  });

  it('says that there is no such run, and names runs', async () => {
    const { stdout, stderr, exitCode } = await checkout.leftoff('status', 'plums');

    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain("There is no run 'plums'.\n  → npx leftoff runs");
  });

  it('lets nothing but an id into the question to the server', async () => {
    const { stderr, exitCode } = await checkout.leftoff('status', '" OR ""="');

    expect(exitCode).toBe(2);
    expect(stderr).toContain("can't be a run's id");
  });

  it('answers with the database away as well', async () => {
    const without = checkout.having({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });

    expect(await without.leftoff('status', 'pears-1')).toMatchObject({ exitCode: 0 });
  });

  it('says that Temporal is away, and what to check', async () => {
    const without = checkout.having({ TEMPORAL_ADDRESS: '127.0.0.1:1' });

    const { stderr, exitCode } = await without.leftoff('status');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('Temporal at 127.0.0.1:1 cannot be reached');
    expect(stderr).toContain('Check TEMPORAL_ADDRESS');
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { readRun } from '../../src/continuation/inspection/index.js';
import { openBreakableLine } from '../../src/faults/breakable-line.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { ctrlC, onATerminal } from '../servers/on-a-terminal.js';
import { freshOrders } from './fresh-orders.js';
import { said } from './said.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
});
afterAll(() => checkout.cleanUp());

const slowly = ['--item-ms', '200', '--checkpoint-every', '1'];
const startWorker = () => checkout.leftoff('worker', '--detach');
const endWorkers = () => checkout.leftoff('kill');

async function stateOf(workflowId: string): Promise<{ state: string; processed: number }> {
  const { state, counts } = await readRun(checkout.temporal, workflowId);
  return { state, processed: counts.processed };
}

describe('run, asked for something wrong, exits 2 and says what there is:', () => {
  // Which words are right is jobs.unit.test.ts' matter.
  it.each([
    ['an unknown pattern', ['steps:process-orders'], "no pattern 'steps'. There are step and enumerator"],
    ['nothing', [], "missing required argument 'pattern:job'"],
    ['a negative number', ['step:process-orders', '--item-ms', '-1'], 'a whole number from 0'],
    ['an id that no command could take', ['step:process-orders', '--id', 'a b'], '1 to 40 letters'],
    ['an unknown profile', ['step:process-orders', '--profile', 'test'], "no profile 'test'"],
  ])('%s', async (_, args, words) => {
    const { stdout, stderr, exitCode } = await checkout.leftoff('run', ...args);

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(words);
  });
});

describe('what was asked for wrongly is told before any server is looked for:', () => {
  it.each([
    ['a profile of run', ['run', 'step:process-orders', '--profile', 'test'], "no profile 'test'"],
    ['a profile of worker', ['worker', '--profile', 'test'], "no profile 'test'"],
    ['work without end', ['run', 'step:orders', '--item-ms', '3600000', '--batch-size', '1000'], '42 days'],
    ['an id of status', ['status', 'no id'], "can't be a run's id"],
    ['an id of checkpoints', ['checkpoints', 'no id'], "can't be a run's id"],
  ])('%s', async (_, args, words) => {
    const { stderr, exitCode } = await checkout
      .having({ TEMPORAL_ADDRESS: '', DATABASE_URL: '' })
      .leftoff(...args);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });
});

describe('run with nothing to do', () => {
  it('names seed where there are no orders', async () => {
    const { stderr, exitCode } = await checkout.leftoff('run', 'step:process-orders');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('npx leftoff seed');
  });

  it('names reset where no order is pending', async () => {
    await freshOrders(checkout);
    await checkout.database.pool.query("UPDATE orders SET status = 'processed' WHERE status = 'pending'");

    const { stderr, exitCode } = await checkout.leftoff('run', 'step:process-orders');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('npx leftoff reset');
  });
});

describe('run with a worker', () => {
  beforeAll(startWorker);
  afterAll(endWorkers);
  beforeEach(() => freshOrders(checkout));

  it.each(['step', 'enumerator'])(
    'prints the %s run as one JSON document when it has ended',
    async (pattern) => {
      const { stdout, exitCode } = await checkout.leftoff('run', `${pattern}:process-orders`, '--json');

      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        workflowId: `orders-${pattern}-1`,
        pattern,
        job: 'process-orders',
        state: 'completed',
        total: 61,
        processed: 60,
        failed: 1,
        revisited: 0,
        doneByOthers: 0,
        cursor: 61,
        resumptions: 0,
        executions: 1,
        checkpoints: expect.any(Number),
        durationMs: expect.any(Number),
        checkpointEvery: 'auto',
        cadence: expect.objectContaining({ everyMs: expect.any(Number), items: expect.any(Number) }),
        batchSize: 1,
        profile: 'demo',
        store: 'heartbeat',
        attempts: [],
        partitions: [],
        failure: null,
      });
    },
  );

  it('says in lines of at most 80 columns, without colours, what the cadence means in its store', async () => {
    const { stdout, stderr } = await checkout.leftoff(
      'run',
      'enumerator:process-orders',
      '--checkpoint-every',
      '7',
    );

    expect(stderr).toContain('a checkpoint every 7 orders or 0.25 s, the newest sent each 0.2 s');
    expect(stdout).toContain('61 of 61 orders: processed 60, failed 1, revisited 0');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what must not be there.
    expect(stdout + stderr).not.toMatch(/\x1b/);
    for (const line of `${stdout}\n${stderr}`.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('--quiet leaves the result', async () => {
    const { stdout, stderr } = await checkout.leftoff('run', 'step:process-orders', '--quiet');

    expect(stderr).toBe('');
    expect(stdout).toContain('completed');
  });

  it('--detach returns at once, and the run goes on', async () => {
    const { stdout } = await checkout.leftoff('run', 'step:process-orders', '--detach', '--json', ...slowly);

    expect(JSON.parse(stdout)).toMatchObject({
      state: 'running',
      pattern: 'step',
      durationMs: expect.any(Number),
    });
    const { workflowId } = JSON.parse(stdout);
    await expect.poll(async () => (await stateOf(workflowId)).processed).toBeGreaterThan(0);
  });

  it('refuses an id that was used before, and names that run', async () => {
    await checkout.leftoff('run', 'step:process-orders', '--id', 'mine', '--detach', ...slowly);

    const { stderr, exitCode } = await checkout.leftoff('run', 'step:process-orders', '--id', 'mine');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('npx leftoff status mine');
  });

  it('on a terminal shows a bar with rate and ETA in one line of 80 columns', async () => {
    const terminal = onATerminal(checkout.environment, 'run', 'enumerator:process-orders', ...slowly);

    const bar = /orders-enumerator-\d+ █+░+ \d+\/61 {2}\d+\.\d\/s, ETA \d+ s/;
    await terminal.seen(bar);
    expect(bar.exec(terminal.screen())?.[0].length).toBeLessThanOrEqual(80);

    terminal.type(ctrlC);
    expect(await terminal.exited).toMatchObject({ exitCode: 130 });
  });

  it('Ctrl+C stops the following with exit 130, and the run goes on', async () => {
    const id = ['--id', 'followed'];
    const terminal = onATerminal(checkout.environment, 'run', 'step:process-orders', ...id, ...slowly);
    await terminal.seen(/\d+\/61/);

    terminal.type(ctrlC);

    expect(await terminal.exited).toMatchObject({ exitCode: 130 });
    expect(terminal.screen()).toContain('followed goes on; npx leftoff status');
    const left = await stateOf('followed');
    expect(left.state).toBe('running');
    await expect.poll(async () => (await stateOf('followed')).processed).toBeGreaterThan(left.processed);
  });

  it('takes the double Ctrl+C that npx sends for one', async () => {
    const following = checkout.start('run', 'step:process-orders', '--id', 'doubly', ...slowly);
    await said(following, 'doubly  ');

    following.kill('SIGINT');
    following.kill('SIGINT');

    const { exitCode, stderr } = await following;
    expect(exitCode).toBe(130);
    expect(stderr.match(/goes on/g)).toHaveLength(1);
  });

  it('that fails exits 1 with the reason', async () => {
    await checkout.database.pool.query(
      'ALTER TABLE charges ADD CONSTRAINT nothing_may_be_charged CHECK (cents < 0)',
    );

    const { stdout, exitCode } = await checkout
      .leftoff('run', 'step:process-orders', '--on-error', 'fail')
      .finally(() =>
        checkout.database.pool.query('ALTER TABLE charges DROP CONSTRAINT nothing_may_be_charged'),
      );

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/ {2}failed {2}/);
    expect(stdout).toContain('nothing_may_be_charged');
  });

  it('that somebody else ends exits 1', async () => {
    const following = checkout.start('run', 'step:process-orders', '--id', 'ended', ...slowly);
    await said(following, 'ended  ');

    await checkout.leftoff('reset');

    expect(await following).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('cancelled') });
  });

  it('says that Temporal is away, and goes on when it is back', async () => {
    const [host = '', port = ''] = inject('temporalAddress').split(':');
    const line = await openBreakableLine({ host, port: Number(port) });
    const through = checkout.having({ TEMPORAL_ADDRESS: `${line.host}:${line.port}` });
    const following = through.start('run', 'step:process-orders', ...slowly);
    await said(following, '/61');

    line.cut();
    await said(following, 'Temporal does not answer');
    line.mend();

    await said(following, 'Temporal answers again');
    following.kill('SIGINT');
    await following;
    await line.close();
  });
});

describe('run without a worker', () => {
  it('says how to start one, and goes on when there is one', async () => {
    await freshOrders(checkout);
    const following = checkout.start('run', 'step:process-orders', '--json');
    await said(following, 'no worker: start one with npx leftoff worker');

    await startWorker();

    const { stdout, exitCode } = await following;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'completed', processed: 60, failed: 1 });
    await endWorkers();
  });
});

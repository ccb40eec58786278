import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { readRun } from '../../src/continuation/inspection/index.js';
import { type BreakableLine, openBreakableLine } from '../../src/faults/breakable-line.js';
import { identifyProcess } from '../../src/stack/processes/process-identity.js';
import { listWorkers } from '../../src/worker/worker-record.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { ctrlC, onATerminal } from '../servers/on-a-terminal.js';
import { freshOrders } from './fresh-orders.js';
import { said } from './said.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
});
beforeEach(() => freshOrders(checkout));
afterAll(() => checkout.cleanUp());

const startRun = (...flags: string[]) =>
  checkout.leftoff('run', 'step:process-orders', '--checkpoint-every', '1', '--detach', '--json', ...flags);
const ready = /worker \d+@\S+ ready after \d+ ms/;

describe('worker on a terminal', () => {
  it('prints a line an order, within 80 columns', async () => {
    const terminal = onATerminal(checkout.environment, 'worker');
    await terminal.seen(ready);
    await startRun('--item-ms', '60');

    await terminal.seen('order 3 charged $14.96');

    terminal.type(ctrlC);
    await terminal.exited;
    for (const line of terminal.screen().split('\n')) expect(line.trimEnd().length).toBeLessThanOrEqual(80);
  });

  it('Ctrl+C, also the double one of npx, ends the order in hand, keeps its cursor, and exits 0', async () => {
    const terminal = onATerminal(checkout.environment, 'worker');
    await terminal.seen(ready);
    const { workflowId } = JSON.parse((await startRun('--item-ms', '100')).stdout);
    await terminal.seen('order 3 charged');

    terminal.type(ctrlC);
    terminal.type(ctrlC);

    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toContain('Ctrl+C: finishing the item in hand, then stopping');
    expect(terminal.screen()).not.toContain('once more');
    const stopped = /worker stopped after \d+ orders, the last one (\d+); its cursor is kept/.exec(
      terminal.screen(),
    );
    expect((await readRun(checkout.temporal, workflowId)).cursor).toBe(Number(stopped?.[1]));
    expect(await listWorkers(checkout.home)).toEqual([]);
  });

  it('a later Ctrl+C offers the hard way, and the next one takes it', async () => {
    const terminal = onATerminal(checkout.environment, 'worker');
    await terminal.seen(ready);
    const holding = await checkout.database.pool.connect();
    await holding.query('BEGIN');
    await holding.query('LOCK TABLE charges');
    await startRun();
    const waitingForUs = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'charges'::regclass";
    await vi.waitFor(async () => expect((await holding.query(waitingForUs)).rowCount).toBe(1), 10_000);

    terminal.type(ctrlC);
    await terminal.seen('finishing the item in hand');
    await pressLater(terminal.type);
    await terminal.seen('Ctrl+C once more stops hard');
    await pressLater(terminal.type);

    expect(await terminal.exited).toMatchObject({ exitCode: 130 });
    await holding.query('ROLLBACK');
    holding.release();
  });

  /** Later than the half second within which two presses are one: time itself is the condition. */
  async function pressLater(type: (text: string) => void): Promise<void> {
    await delay(600);
    type(ctrlC);
  }
});

describe('worker', () => {
  it('--detach prints pid and identity when it is ready, and kill ends it', async () => {
    const { stdout, exitCode } = await checkout.leftoff('worker', '--detach', '--json');

    expect(exitCode).toBe(0);
    const { pid, identity, ...rest } = JSON.parse(stdout);
    expect(identity).toMatch(new RegExp(`^${pid}@`));
    expect(rest).toEqual({});
    const killed = await checkout.leftoff('kill', '--json');
    expect(JSON.parse(killed.stdout)).toEqual({ signal: 'SIGKILL', killed: [{ pid, identity }] });
  });

  it('--json prints one document when it stops, and its lines beside it', async () => {
    const worker = checkout.start('worker', '--json');
    await said(worker, ready);
    await startRun();
    await said(worker, '61');

    worker.kill('SIGTERM');

    const { stdout, stderr, exitCode } = await worker;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      pid: worker.pid,
      identity: expect.stringMatching(`^${worker.pid}@`),
      visited: 61,
      lastOrderId: 61,
      lastReport: null,
      lastLine: null,
    });
    expect(stderr).toContain('SIGTERM: finishing the item in hand');
  });

  it('says once that the database is away, and once that it is back', async () => {
    const { hostname, port, href } = new URL(checkout.database.url);
    const line = await openBreakableLine({ host: hostname, port: Number(port) });
    const url = Object.assign(new URL(href), { host: `${line.host}:${line.port}` });
    const worker = checkout.having({ DATABASE_URL: url.href }).start('worker');
    await said(worker, ready);
    const { workflowId } = JSON.parse((await startRun('--item-ms', '20')).stdout);
    // The first is told at once; those after it may come in one line.
    await said(worker, 'order 1 charged');

    line.cut();
    await said(worker, 'the database is away');
    line.mend();
    await said(worker, 'the database is back');

    await expect
      .poll(() => readRun(checkout.temporal, workflowId), { timeout: 20_000 })
      .toMatchObject({ state: 'completed', counts: { processed: 60, failed: 1 } });
    worker.kill('SIGTERM');
    const { stdout } = await worker;
    expect(stdout.match(/database is/g)).toHaveLength(2);
    await line.close();
  });

  describe('with a Temporal that takes connections and never answers', () => {
    let line: BreakableLine;
    let silent: Pick<Checkout, 'leftoff' | 'start'>;
    beforeAll(async () => {
      const [host = '', port] = inject('temporalAddress').split(':');
      line = await openBreakableLine({ host, port: Number(port) });
      line.freeze();
      silent = checkout.having({ TEMPORAL_ADDRESS: `${line.host}:${line.port}` });
    });
    afterAll(() => line.close());

    it('ends at once when it is told to stop', async () => {
      const connected = line.connected();
      const worker = silent.start('worker');
      await connected;
      const toldAtMs = performance.now();

      worker.kill('SIGTERM');

      expect(await worker).toMatchObject({ exitCode: 0, stdout: 'worker stopped; it had met nothing' });
      expect(performance.now() - toldAtMs).toBeLessThan(3_000);
    });

    it('--detach leaves no worker that is not ready in time, and says where its words are', async () => {
      const { stderr, exitCode } = await silent.leftoff('worker', '--detach');

      expect(exitCode).toBe(1);
      const [, pid] =
        /The worker \(process (\d+)\) was not ready within 20 s, and was ended/.exec(stderr) ?? [];
      expect(stderr).toContain('logs/workers.log');
      expect(await identifyProcess(Number(pid))).toBeNull();
      expect(await listWorkers(checkout.home)).toEqual([]);
    });
  });

  it('refuses to start with Temporal away, and says what to check', async () => {
    const { stderr, exitCode } = await checkout.having({ TEMPORAL_ADDRESS: '127.0.0.1:1' }).leftoff('worker');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('Temporal at 127.0.0.1:1 cannot be reached');
  });
});

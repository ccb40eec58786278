import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readRun } from '../../src/continuation/inspection/index.js';
import { identifyProcess } from '../../src/stack/processes/process-identity.js';
import { listWorkers, writeWorkerRecord } from '../../src/worker/worker-record.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { freshOrders } from './fresh-orders.js';
import { said } from './said.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
});
afterAll(() => checkout.cleanUp());

const armedFaults = () => readdir(join(checkout.home, 'faults')).catch(() => []);

async function startWorker(...flags: string[]): Promise<{ pid: number; identity: string }> {
  const { stdout } = await checkout.leftoff('worker', '--detach', '--json', ...flags);
  return JSON.parse(stdout);
}

describe('kill', () => {
  it('with no worker says so, and names the command that starts one', async () => {
    for (const args of [[], ['--at', '3']]) {
      const { stdout, stderr, exitCode } = await checkout.leftoff('kill', ...args);

      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
      expect(stderr).toContain('No worker of this checkout is running.\n  → npx leftoff worker');
    }
  });

  it.each([
    ['a process whose note was forged to the last detail', {}],
    ['a process that has the pid of a worker that is gone', { startedAt: '2020-01-01T00:00:00.000Z' }],
  ])('signals no foreign process: %s', async (_, forged) => {
    const foreign = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    await once(foreign, 'spawn');
    const own = await identifyProcess(foreign.pid ?? 0);
    if (own === null) throw new Error('It does not run.');
    const identity = `${foreign.pid}@here`;
    const process_ = { ...own, ...forged };
    await writeWorkerRecord(checkout.home, { process: process_, identity, profile: 'demo', faultSeam: true });

    const { exitCode } = await checkout.leftoff('kill', '--pid', String(foreign.pid));

    expect(exitCode).toBe(1);
    expect(await identifyProcess(own.pid)).not.toBeNull();
    foreign.kill('SIGKILL');
  });

  it.each([
    ['an unknown signal', ['--signal', 'SIGNOT'], 'SIGKILL, SIGTERM, SIGSTOP, SIGCONT'],
    ['an order that is none', ['--at', 'x'], 'a whole number from 0'],
    ['waking at an order', ['--at', '3', '--signal', 'SIGCONT'], 'kill --signal SIGCONT'],
    ['a pid and an order', ['--at', '3', '--pid', '1'], 'Leave out --pid'],
  ])('refuses %s with exit 2', async (_, args, words) => {
    const { stderr, exitCode } = await checkout.leftoff('kill', ...args);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });
});

describe('kill of a worker', () => {
  let worker: { pid: number; identity: string };
  const startRun = (...flags: string[]) =>
    checkout.leftoff('run', 'step:process-orders', '--checkpoint-every', '1', '--detach', ...flags);
  const newestRun = async () => {
    const { stdout } = await checkout.leftoff('runs', '--json', '--limit', '1');
    return readRun(checkout.temporal, JSON.parse(stdout)[0].workflowId);
  };
  beforeEach(async () => {
    await freshOrders(checkout);
    worker = await startWorker();
  });
  afterEach(async () => {
    if ((await listWorkers(checkout.home)).length > 0) await checkout.leftoff('kill');
  });

  it('--json says which process got which signal, and it is gone by then', async () => {
    const { stdout } = await checkout.leftoff('kill', '--json');

    const { pid, identity } = worker;
    expect(JSON.parse(stdout)).toEqual({ signal: 'SIGKILL', killed: [{ pid, identity }] });
    expect(await identifyProcess(pid)).toBeNull();
  });

  it('--at an order: SIGTERM falls while it is in hand, and its cursor is kept', async () => {
    const struck = checkout.leftoff('kill', '--at', '5', '--signal', 'SIGTERM');
    await startRun('--item-ms', '20');

    const { stdout, stderr } = await struck;

    expect(stderr).toBe('waiting for order 5; Ctrl+C takes it back');
    expect(stdout).toMatch(/^worker \S+ told to stop with order 5 in hand, ended \d\.\d s later$/);
    expect(stdout).toContain(worker.identity);
    expect((await newestRun()).cursor).toBe(5);
  });

  it('--at an order: SIGKILL falls right after its commit, before its checkpoint', async () => {
    const struck = checkout.leftoff('kill', '--at', '5');
    await startRun('--item-ms', '20');

    expect((await struck).stdout).toBe(`worker ${worker.identity} killed right after it committed order 5`);
    expect((await newestRun()).cursor).toBe(4);
    const { rows } = await checkout.database.pool.query('SELECT status FROM orders WHERE order_id = 5');
    expect(rows).toEqual([{ status: 'processed' }]);
  });

  it('--at an order: SIGSTOP freezes the worker there, and SIGCONT lets it go on at once', async () => {
    const struck = checkout.leftoff('kill', '--at', '5', '--signal', 'SIGSTOP');
    await startRun();
    expect((await struck).stdout).toContain(`worker ${worker.identity} frozen with order 5 in hand`);
    expect(await armedFaults()).toEqual([]);

    expect((await checkout.leftoff('kill', '--signal', 'SIGCONT')).stdout).toContain('woken');

    await expect.poll(newestRun, { timeout: 15_000 }).toMatchObject({ state: 'completed' });
  });

  it('Ctrl+C while it waits, also the double one of npx, takes the armed fault back', async () => {
    const waiting = checkout.start('kill', '--at', '5');
    await said(waiting, 'waiting for order 5');

    waiting.kill('SIGINT');
    waiting.kill('SIGINT');

    expect(await waiting).toMatchObject({ exitCode: 130, stdout: '' });
    expect(await armedFaults()).toEqual([]);
    await startRun();
    await expect.poll(newestRun, { timeout: 15_000 }).toMatchObject({ state: 'completed' });
  });

  it('--at an order that nobody reaches in time says so, and takes the armed fault back', async () => {
    const { stderr, exitCode } = await checkout.leftoff('kill', '--at', '5', '--timeout', '1');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('No worker reached order 5 within 1 s.\n  → npx leftoff status');
    expect(await armedFaults()).toEqual([]);
  });

  it('--at an order needs a worker that takes part in faults', async () => {
    await checkout.leftoff('kill');
    await startWorker('--no-faults');

    const { stderr, exitCode } = await checkout.leftoff('kill', '--at', '5');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('takes no part in faults at an exact order');
  });
});

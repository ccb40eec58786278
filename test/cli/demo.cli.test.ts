import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listOpenRuns } from '../../src/cli/end-open-runs.js';
import { openBreakableLine } from '../../src/faults/breakable-line.js';
import { identifyAllProcesses } from '../../src/stack/processes/process-identity.js';
import { armFault } from '../../src/worker/fault-points.js';
import { listWorkers } from '../../src/worker/worker-record.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { ctrlC, onATerminal } from '../servers/on-a-terminal.js';
import { said } from './said.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
});
afterAll(() => checkout.cleanUp());

// The checkout's servers are named by its environment, and hold the orders of the demo before.
const quickly = ['--auto', '--yes', '--item-ms', '5'];
const slowly = ['--auto', '--yes', '--item-ms', '100'];

/** What a demo must never leave behind, however it ended. */
async function leftBehind() {
  const processes = [...(await identifyAllProcesses()).values()];
  return {
    workers: await listWorkers(checkout.home),
    processes: processes.filter(({ command }) => command.includes(checkout.home)),
    openRuns: await listOpenRuns(checkout.temporal),
    faults: await readdir(join(checkout.home, 'faults')).catch(() => []),
  };
}
const nothing = { workers: [], processes: [], openRuns: [], faults: [] };

describe('demo', () => {
  afterEach(async () => {
    expect(await leftBehind()).toEqual(nothing);
  });

  it.each([
    ['step', 'SIGTERM', { resumedAfter: 23, revisited: 0 }],
    ['step', 'SIGKILL', { resumedAfter: 22, revisited: 1 }],
  ])('proves that a %s run survives %s, as one JSON document', async (pattern, signal, outcome) => {
    const { stdout, stderr, exitCode } = await checkout.leftoff(
      'demo',
      ...['--pattern', pattern, '--signal', signal, '--json', ...quickly],
    );

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const fault = { signal, killedAt: 23, ...outcome, recoveryMs: expect.any(Number) };
    expect(JSON.parse(stdout)).toEqual({
      ...{ ok: true, pattern, ...fault, processed: 60, failed: 1, doubled: 0, lost: 0 },
      faults: [fault],
    });
  });

  it('tells the story in lines of at most 80 columns, with two faults and the proof', async () => {
    const { stdout, exitCode } = await checkout.leftoff('demo', '--pattern', 'enumerator', ...quickly);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^4 {2}SIGTERM at order 23$/m);
    expect(stdout).toContain('✓ checkpoint: order 23, from interruption, event');
    expect(stdout).toMatch(/^5 {2}SIGKILL at order 45$/m);
    expect(stdout).toContain('processed 60, failed 1, revisited');
    expect(stdout).toContain('✓ lost 0\n   ✓ doubled 0');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toBe(stripVTControlCharacters(stdout));
  });

  it('nested shows a worker killed between two months of a customer, the checkpoint on both levels, and the run going on within', async () => {
    const { stdout, exitCode } = await checkout.leftoff(
      'demo',
      'nested',
      '--kill-at',
      'customer:42',
      ...quickly,
    );

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^4 {2}SIGKILL within customer 42$/m);
    expect(stdout).toContain('✓ checkpoint: customer 42, month 1997-04, from history, event');
    expect(stdout).toContain('level 1, the customers: done up to 41, 42 is in progress');
    expect(stdout).toContain('level 2, the months of customer 42: done up to 1997-04');
    expect(stdout).toContain('✓ it went on within customer 42');
    expect(stdout).toContain('reported 96, failed 0, revisited 1');
    expect(stdout).toContain('✓ lost 0\n   ✓ wrong 0');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('problem shows the orders that a job without checkpoints charges twice', async () => {
    const { stdout, exitCode } = await checkout.leftoff('demo', 'problem', ...quickly);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('✗ no checkpoint: a new worker starts at the beginning');
    expect(stdout).toContain('order 1 charged AGAIN $29.33');
    expect(stdout).toContain('✗ doubled 23: charged more than once: orders 1, 2, 3,');
  });

  it.each([
    ['the first order', '1', 'the next order was done'],
    ['the last order', '61', 'no order was left after it: the run was completed'],
  ])('struck at %s tells what is so', async (_, order, words) => {
    const flags = ['--kill-at', order, '--signal', 'SIGKILL', '--auto', '--yes', '--item-ms', '0'];

    const { stdout, exitCode } = await checkout.leftoff('demo', ...flags);

    expect(exitCode).toBe(0);
    expect(stdout).toContain(`killed right after it committed order ${order}`);
    expect(stdout).toContain(words);
    expect(stdout).toContain('✓ doubled 0');
  });

  it('is not disturbed by a fault that a dead kill left armed', async () => {
    await armFault(checkout.home, 5, 'item in hand');

    const flags = ['--pattern', 'enumerator', '--signal', 'SIGTERM', '--json', ...quickly];
    const { stdout } = await checkout.leftoff('demo', ...flags);

    expect(JSON.parse(stdout)).toMatchObject({ ok: true, killedAt: 23, resumedAfter: 23, revisited: 0 });
  });

  it('Ctrl+C in the middle, also the double one of npx, exits 130', async () => {
    const demo = checkout.start('demo', ...slowly);
    await said(demo, 'order 3 charged');

    demo.kill('SIGINT');
    demo.kill('SIGINT');

    expect(await demo).toMatchObject({ exitCode: 130 });
  });

  it('whose reader goes away (| head) ends as well', async () => {
    const demo = checkout.start('demo', ...slowly);
    await said(demo, 'order 3 charged');

    demo.stdout.destroy();

    expect((await demo).exitCode).toBe(130);
  });

  it('says so when its worker dies by itself, and exits 1', async () => {
    const demo = checkout.start('demo', ...slowly);
    await said(demo, 'order 3 charged');
    const [worker] = await listWorkers(checkout.home);

    process.kill(worker?.process.pid ?? 0, 'SIGKILL');

    const { exitCode, stderr } = await demo;
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`The demo's worker ${worker?.process.pid} ended, and not by the demo (SIGKILL)`);
  });

  it('says so when its run is ended by somebody else, and exits 1', async () => {
    const demo = checkout.start('demo', ...slowly);
    await said(demo, 'order 3 charged');

    const [run] = await listOpenRuns(checkout.temporal);
    await checkout.temporal.workflow.getHandle(run?.workflowId ?? '').terminate('enough');

    const { exitCode, stderr } = await demo;
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`The run ${run?.workflowId} did not complete: enough`);
  });

  it('whose database falls silent ends, says what does not answer, and exits 1', async () => {
    const { hostname, port, href } = new URL(checkout.database.url);
    const line = await openBreakableLine({ host: hostname, port: Number(port) });
    const url = Object.assign(new URL(href), { host: `${line.host}:${line.port}` });
    const demo = checkout.having({ DATABASE_URL: url.href }).start('demo', ...slowly);
    await said(demo, 'order 3 charged');

    line.freeze();

    const { exitCode, stdout, stderr } = await demo;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/waited for order 23, and nothing went on for 20 s: PostgreSQL does not answer/);
    expect(stdout).toContain('clearing away');
    await line.close();
  });

  it('refuses to begin while another demo plays in the checkout, and leaves that one alone', async () => {
    const demo = checkout.start('demo', '--auto', '--yes', '--item-ms', '30');
    await said(demo, 'order 3 charged');

    const { stdout, stderr, exitCode } = await checkout.leftoff('demo', ...quickly);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(
      `A demo or a comparison is running already in this checkout (process ${demo.pid})`,
    );
    expect(await demo).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['an unknown story', ['tragedy'], 'happy-path, problem'],
    ['an unknown pattern', ['--pattern', 'steps'], 'step, enumerator'],
    ['an order that is not among the pending', ['--kill-at', '62'], 'from 1 to 61'],
    ['a customer in a story of orders', ['--kill-at', 'customer:4'], 'Only the nested story'],
    ['a customer who is not in the nested story', ['nested', '--kill-at', 'customer:51'], 'from 1 to 50'],
    ['a pattern for the job without one', ['problem', '--pattern', 'step'], 'it has no pattern'],
  ])('refuses %s with exit 2', async (_, args, words) => {
    const { stderr, exitCode } = await checkout.leftoff('demo', ...args);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });
});

describe('demo on servers that the environment names', () => {
  it('replaces no orders there and ends no run, unless it is told to', async () => {
    await checkout.leftoff('seed', '--quick');
    const { stdout: runId } = await checkout.leftoff('run', 'step:process-orders', '--detach', '--quiet');

    const { stdout, stderr, exitCode } = await checkout.leftoff('demo', '--auto');

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: expect.not.stringContaining('The orders') });
    expect(stderr).toContain('replace the 100 orders in the database that DATABASE_URL names');
    expect(stderr).toContain('end 1 open run on the Temporal of your environment');
    expect(stderr).toContain('npx leftoff demo --yes');
    expect(
      (await listOpenRuns(checkout.temporal)).map(({ workflowId }) => runId.includes(workflowId)),
    ).toEqual([true]);
    await checkout.leftoff('reset');
  });
});

describe('demo on a terminal', () => {
  it('waits for Enter before the run, and before the new worker; Ctrl+C there exits 130', async () => {
    const terminal = onATerminal(checkout.environment, 'demo', '--yes', '--item-ms', '0');
    await terminal.seen('Enter: start the worker and the run');
    expect(terminal.screen()).not.toContain('order 1 charged');
    terminal.type('\r');
    await terminal.seen('Enter: start a new worker');
    expect(terminal.screen()).toContain('no worker is alive');
    terminal.type('\r');
    await terminal.seen("after the new worker's start");

    terminal.type(ctrlC);

    expect(await terminal.exited).toMatchObject({ exitCode: 130 });
    expect(await leftBehind()).toEqual(nothing);
  });
});

describe('an eager hand', () => {
  it('skips no pause: an Enter counts only once it is asked for', async () => {
    const terminal = onATerminal(checkout.environment, 'demo', '--yes', '--item-ms', '20');
    await terminal.seen('Enter: start the worker and the run');
    terminal.type('\r');
    await terminal.seen('order 1 charged');
    terminal.type('\r\r');
    await terminal.seen('Enter: start a new worker');

    // As long as a command takes, nothing goes on by itself.
    await checkout.leftoff('snapshot');
    expect(terminal.screen().trimEnd()).toMatch(/Enter: start a new worker$/);
    terminal.type('\r');
    await terminal.seen("after the new worker's start");

    terminal.type(ctrlC);
    await terminal.exited;
  });
});

describe('demo beside a running worker', () => {
  it('refuses, since that one would take over, and names the mend', async () => {
    const { identity } = JSON.parse((await checkout.leftoff('worker', '--detach', '--json')).stdout);

    const { stdout, stderr, exitCode } = await checkout.leftoff('demo', ...quickly);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`A worker is running already (${identity})`);
    expect(stderr).toContain('npx leftoff kill --signal SIGTERM');
    await checkout.leftoff('kill');
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { ctrlC, onATerminal } from '../servers/on-a-terminal.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
});
afterAll(() => checkout.cleanUp());

const seeded = 'Total: 100 | Pending: 61 | Processed: 19 | Failed: 20';
const empty = 'Total: 0 | Pending: 0 | Processed: 0 | Failed: 0';

async function snapshot(): Promise<string> {
  return (await checkout.leftoff('snapshot')).stdout;
}

describe('clean', () => {
  beforeEach(async () => {
    await checkout.leftoff('clean', '--yes');
    await checkout.leftoff('seed');
    await checkout.leftoff('run', 'step:process-orders', '--detach');
  });

  it('without a terminal and without --yes exits 2, names --yes, and deletes nothing', async () => {
    const { stdout, stderr, exitCode } = await checkout.leftoff('clean');

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('npx leftoff clean --yes');
    expect(await snapshot()).toBe(seeded);
  });

  it('with --yes ends and deletes open runs, and deletes all orders', async () => {
    const { stdout, exitCode } = await checkout.leftoff('clean', '--yes', '--json');

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...{ orders: 100, runs: ['orders-step-1'], ended: ['orders-step-1'], schedules: [] },
    });
    expect(await snapshot()).toBe(empty);
    expect((await checkout.leftoff('runs', '--json')).stdout).toBe('[]');
    // A worker that was frozen in it would wake up to orders that come later.
    expect((await checkout.database.pool.query('SELECT run_id FROM ended_runs')).rows).toEqual([
      { run_id: 'orders-step-1' },
    ]);
  });

  it('lets run ids begin anew', async () => {
    await checkout.leftoff('clean', '--yes');
    await checkout.leftoff('seed');

    const { stdout } = await checkout.leftoff('run', 'step:process-orders', '--detach', '--json');

    expect(JSON.parse(stdout)).toMatchObject({ workflowId: 'orders-step-1', state: 'running' });
  });

  it('twice is as good as once', async () => {
    await checkout.leftoff('clean', '--yes');

    expect(await checkout.leftoff('clean', '--yes')).toMatchObject({
      stdout: 'Deleted 0 orders and 0 runs.',
      exitCode: 0,
    });
  });

  it('on a terminal says what it would delete, and asks', async () => {
    const terminal = onATerminal(checkout.environment, 'clean');
    await terminal.seen('[y/N]');

    expect(terminal.screen()).toContain('100 orders with their charges, in PostgreSQL at');
    expect(terminal.screen()).toMatch(/1 run \(1 still open\) with their histories,\s+in Temporal at/);
    terminal.type('y\r');

    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    expect(terminal.screen()).toContain('Deleted 100 orders and 1 run.');
    expect(await snapshot()).toBe(empty);
  });

  it.each([
    ['n', 'n\r'],
    ['Enter alone', '\r'],
    ['anything but yes', 'sure\r'],
  ])('answered with %s deletes nothing and exits 1', async (_, answer) => {
    const terminal = onATerminal(checkout.environment, 'clean');
    await terminal.seen('[y/N]');
    terminal.type(answer);

    expect(await terminal.exited).toMatchObject({ exitCode: 1 });
    expect(terminal.screen()).toContain('Nothing was changed.');
    expect(await snapshot()).toBe(seeded);
  });

  it.each([
    ['Ctrl+C', ctrlC],
    ['Ctrl+D', '\x04'],
  ])('answered with %s deletes nothing and exits 130', async (_, answer) => {
    const terminal = onATerminal(checkout.environment, 'clean');
    await terminal.seen('[y/N]');
    terminal.type(answer);

    expect(await terminal.exited).toMatchObject({ exitCode: 130 });
    expect(await snapshot()).toBe(seeded);
  });

  it('deletes ended runs too, and ends when the server lists them no more', async () => {
    await checkout.leftoff('reset');

    const { stdout, exitCode } = await checkout.leftoff('clean', '--yes');

    expect({ stdout, exitCode }).toEqual({ stdout: 'Deleted 100 orders and 1 run.', exitCode: 0 });
    expect((await checkout.leftoff('runs', '--json')).stdout).toBe('[]');
  });
});

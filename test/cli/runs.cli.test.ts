import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';
import { freshOrders } from './fresh-orders.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
  await freshOrders(checkout);
  await checkout.leftoff('run', 'step:process-orders', '--detach');
  await checkout.leftoff('run', 'enumerator:process-orders', '--detach');
  // The older one ends last: the newest by its start is to come first all the same.
  await checkout.temporal.workflow.getHandle('orders-enumerator-1').terminate();
  await checkout.temporal.workflow.getHandle('orders-step-1').terminate();
  // The list is eventually consistent.
  await vi.waitFor(async () => {
    const { count } = await checkout.temporal.workflow.count('ExecutionStatus = "Terminated"');
    expect(count).toBe(2);
  });
});
afterAll(() => checkout.cleanUp());

describe('runs', () => {
  it('lists them newest first, in lines of at most 80 columns', async () => {
    const { stdout, exitCode } = await checkout.leftoff('runs');

    expect(exitCode).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^run +state +pattern +job +started \(UTC\)$/);
    expect(lines[1]).toMatch(
      /^orders-enumerator-1 +cancelled +enumerator +process-orders +\d{4}-\d\d-\d\d \d\d:\d\d$/,
    );
    expect(lines[2]).toMatch(/^orders-step-1 /);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('prints them as JSON', async () => {
    const { stdout } = await checkout.leftoff('runs', '--json', '--limit', '1');

    expect(JSON.parse(stdout)).toEqual([
      {
        workflowId: 'orders-enumerator-1',
        pattern: 'enumerator',
        job: 'process-orders',
        state: 'cancelled',
        startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        events: expect.any(Number),
      },
    ]);
  });

  it('numbers the next run after the highest there was', async () => {
    const { stdout } = await checkout.leftoff('run', 'step:process-orders', '--detach');

    expect(stdout).toBe('orders-step-2 started');
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestPayment } from '../../src/payments/request-payment.js';
import { aBareCheckout, type BareCheckout } from '../servers/a-checkout.js';
import { said } from './said.js';

let checkout: BareCheckout;
beforeAll(async () => {
  checkout = await aBareCheckout();
});
afterAll(() => checkout.cleanUp());

it('gateway prints each call as it comes, and at Ctrl+C what they came to, run by run', async () => {
  const payment = { runId: 'orders-step-1', orderId: 23, cents: 2_933 };
  const gateway = checkout.start('gateway', '--json');
  let heard = '';
  gateway.stderr.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
  });
  await said(gateway, /payment gateway at \S+;/);
  const url = /payment gateway at (\S+);/.exec(heard)?.[1] ?? '';

  await requestPayment(url, payment, 'orders-step-1/23');
  await requestPayment(url, payment, 'orders-step-1/23');
  await requestPayment(url, payment, null);
  gateway.kill('SIGINT');
  const { stdout, exitCode } = await gateway;

  expect(exitCode).toBe(0);
  expect(heard.trim().split('\n').slice(1)).toEqual([
    'orders-step-1  order 23 charged $29.33 · key orders-step-1/23',
    'orders-step-1  order 23 deduplicated: paid already · key orders-step-1/23',
    'orders-step-1  order 23 charged AGAIN $29.33 · no key',
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    url,
    runs: [
      { runId: 'orders-step-1', calls: 3, charged: 2, deduplicated: 1, doubled: 1, paidTwiceCents: 2_933 },
    ],
  });
});

it.each([
  ['run', ['step:process-orders', '--payments', 'here'], 'is no address of a payment gateway'],
  ['run', ['step:process-orders', '--no-idempotency-key'], 'Add --payments <url>'],
  ['kill', ['--charged'], 'Add --at <order>'],
])('%s refuses %j with exit 2', async (command, flags, words) => {
  const { stderr, exitCode } = await checkout.leftoff(command, ...flags);

  expect(exitCode).toBe(2);
  expect(stderr).toContain(words);
});

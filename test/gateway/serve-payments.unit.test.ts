import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCalls } from '../../src/gateway/call-log.js';
import { servePayments } from '../../src/gateway/serve-payments.js';
import {
  keyHeader,
  type PaymentCall,
  paymentsPath,
  replayedHeader,
} from '../../src/payments/payment-call.js';
import { PaymentGatewayAway, PaymentRefused, requestPayment } from '../../src/payments/request-payment.js';
import { aTemporaryFolder } from '../stack/a-temporary-folder.js';

const payment = { runId: 'orders-step-1', orderId: 23, cents: 2_933 };
const key = 'orders-step-1/23';

async function withGateway(
  work: (url: string) => Promise<void>,
  { log, onCall = () => undefined }: { log?: string; onCall?: (call: PaymentCall) => void } = {},
): Promise<PaymentCall[]> {
  const kept = log ?? join(await aTemporaryFolder(), 'calls.jsonl');
  await servePayments({ log: kept, port: 0, answerMs: 0, onCall }, work);
  return readCalls(kept);
}

it('the same key is the same payment, and the second answer says that it is one', async () => {
  const calls = await withGateway(async (url) => {
    const first = await requestPayment(url, payment, key);
    const again = await fetch(new URL(paymentsPath, url), {
      method: 'POST',
      headers: { [keyHeader]: key },
      body: JSON.stringify(payment),
    });

    expect(await again.json()).toEqual(first);
    expect(again.headers.get(replayedHeader)).toBe('true');
  });

  expect(calls.map(({ outcome }) => outcome)).toEqual(['charged', 'deduplicated']);
});

it('calls with one key that are under way at once are one payment', async () => {
  const calls = await withGateway(async (url) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => requestPayment(url, payment, key)));

    expect(new Set(answers.map(({ paymentId }) => paymentId)).size).toBe(1);
  });

  expect(calls.filter(({ outcome }) => outcome === 'charged')).toHaveLength(1);
  expect(calls).toHaveLength(20);
});

it('without a key each call is a payment of its own', async () => {
  const calls = await withGateway(async (url) => {
    await requestPayment(url, payment, null);
    await requestPayment(url, payment, null);
  });

  expect(calls.map(({ outcome, key }) => ({ outcome, key }))).toEqual([
    { outcome: 'charged', key: null },
    { outcome: 'charged', key: null },
  ]);
});

it('what the gateway says of the order is the error of that order, and is in the log where its key was known', async () => {
  const calls = await withGateway(async (url) => {
    await requestPayment(url, payment, key);

    await expect(requestPayment(url, { ...payment, cents: 1 }, key)).rejects.toThrow(PaymentRefused);
    await expect(requestPayment(url, { ...payment, cents: 0 }, null)).rejects.toThrow(PaymentRefused);
    await expect(requestPayment(url, payment, 'k'.repeat(256))).rejects.toThrow(/1 to 255 characters/);
  });

  expect(calls.map(({ outcome }) => outcome)).toEqual(['charged', 'refused']);
});

it('a call is kept before anybody hears of it', async () => {
  const log = join(await aTemporaryFolder(), 'calls.jsonl');
  const keptWhenTold: Promise<number>[] = [];

  await withGateway(
    async (url) => {
      await requestPayment(url, payment, key);
    },
    { log, onCall: () => keptWhenTold.push(readCalls(log).then((calls) => calls.length)) },
  );

  expect(await Promise.all(keptWhenTold)).toEqual([1]);
});

it('no gateway, or one in trouble, is an outage: whether the order was charged is not known', async () => {
  const troubled = createServer((_, response) => response.writeHead(503).end('busy')).listen(0, '127.0.0.1');
  await once(troubled, 'listening');
  const address = troubled.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  const busy = await requestPayment(url, payment, key).catch((error: unknown) => error);
  troubled.close();
  await once(troubled, 'close');
  const gone = await requestPayment(url, payment, key).catch((error: unknown) => error);

  expect(busy).toEqual(new PaymentGatewayAway(`${url} answered 503: busy`));
  expect(gone).toBeInstanceOf(PaymentGatewayAway);
  expect(gone).toMatchObject({
    message: expect.stringContaining(`${url} does not answer: connect ECONNREFUSED`),
  });
});

it('two gateways never keep one log', async () => {
  const log = join(await aTemporaryFolder(), 'calls.jsonl');

  await withGateway(
    async () => {
      await expect(withGateway(async () => undefined, { log })).rejects.toThrow(
        `Another payment gateway (process ${process.pid}) keeps its calls in ${log}.`,
      );
    },
    { log },
  );
});

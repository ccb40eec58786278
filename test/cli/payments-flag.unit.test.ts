import { describe, expect, it } from 'vitest';
import { readPayments } from '../../src/cli/payments-flag.js';

const orders = { job: 'process-orders' } as const;

describe('--payments', () => {
  it('charges with the key of run and order, unless the key is left out', () => {
    const payments = 'http://127.0.0.1:8099/';

    expect(readPayments(orders, { payments, idempotencyKey: true })).toEqual({
      ...{ url: 'http://127.0.0.1:8099', idempotencyKey: 'run and order' },
    });
    expect(readPayments(orders, { payments, idempotencyKey: false })).toMatchObject({
      idempotencyKey: 'none',
    });
    expect(readPayments(orders, { idempotencyKey: true })).toBeUndefined();
  });

  it.each(['here', 'ftp://127.0.0.1', 'http://name:word@127.0.0.1', 'http://127.0.0.1/pay'])(
    'takes no address but that of a server alone: %s',
    (payments) => {
      expect(() => readPayments(orders, { payments, idempotencyKey: true })).toThrow(
        `'${payments}' is no address of a payment gateway.`,
      );
    },
  );

  it('is for the job that charges, and without it there is no key to leave out', () => {
    const payments = 'http://127.0.0.1:8099';

    expect(() => readPayments({ job: 'import-orders' }, { payments, idempotencyKey: true })).toThrow(
      'import-orders charges nothing.',
    );
    expect(() => readPayments(orders, { idempotencyKey: false })).toThrow('there is no key to leave out');
  });
});

import { describe, expect, it } from 'vitest';
import { PaymentGatewayAway } from '../../src/payments/request-payment.js';
import { OutageNotice } from '../../src/worker/outage-notice.js';
import type { WorkerEvent } from '../../src/worker/worker-events.js';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
const noGateway = new PaymentGatewayAway('http://127.0.0.1:1 does not answer', { cause: refused });

function aNotice() {
  const told: WorkerEvent[] = [];
  return { told, notice: new OutageNotice((event) => told.push(event)) };
}

describe('the notice of an outage', () => {
  it('tells of a database that is away once, and once that it is back', () => {
    const { told, notice } = aNotice();

    for (const error of [refused, refused, new Error('an order failed')]) notice.failed(error);
    notice.worked();
    notice.worked();

    expect(told).toEqual([{ kind: 'database away', message: refused.message }, { kind: 'database back' }]);
  });

  it('takes a payment gateway where nobody listens for no outage of the database, and tells of it once until there is work again', () => {
    const { told, notice } = aNotice();

    notice.failed(noGateway);
    notice.failed(new Error('the Activity failed', { cause: noGateway }));
    notice.worked();
    notice.failed(noGateway);

    const away = { kind: 'payments away', message: noGateway.message };
    expect(told).toEqual([away, away]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedGateway, startPaymentGateway } from '../../dist/gateway/start-payment-gateway.js';
import type { RealWorker } from '../worker/real-workers.js';
import { ownStage, type RunToPlay } from './orders-stage.js';

const own = ownStage();

/** Early: what comes before it is not what is tested. */
const struckOrder = 5;
/** The quick seed's 61 pending orders, less the one with a total of 0. */
const due = 60;

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startPaymentGateway({ home: own.checkout.home, answerMs: 0 });
});
afterAll(() => gateway.stop());

interface Killed {
  readonly run: RunToPlay;
  readonly idempotencyKey: 'run and order' | 'none';
  /** After the kill: what befalls the gateway, beside the new worker. */
  readonly meanwhile?: (replacement: RealWorker) => Promise<void>;
}

/** Its worker is killed when the gateway has charged the order, and before its commit. */
async function aRunKilledBetween({ run, idempotencyKey, meanwhile = async () => undefined }: Killed) {
  await own.stage.orders({ kind: 'quick' });
  own.stage.startWorker();
  const { fallen } = await own.stage.arm('SIGKILL', struckOrder, 0, 'charged outside');
  const runId = await own.stage.startRun({
    ...{ checkpointEvery: 20, ...run },
    payments: { url: gateway.url, idempotencyKey },
  });
  const { words } = await fallen;
  await meanwhile(own.stage.startWorker());
  await own.checkout.temporal.workflow.getHandle(runId).result();
  return { words, proof: await own.stage.prove(runId), payments: await gateway.counts(runId) };
}

describe.each<RunToPlay>([
  { pattern: 'step', store: 'heartbeat' },
  { pattern: 'enumerator', store: 'postgres' },
])(
  'killed between the call of the gateway and the commit, in the $pattern pattern with the store $store',
  (run) => {
    it('an order is asked for twice and paid once, by its key', async () => {
      const { words, proof, payments } = await aRunKilledBetween({ run, idempotencyKey: 'run and order' });

      expect(words).toContain(`had charged order ${struckOrder}, and before its commit`);
      expect(payments).toMatchObject({ calls: due + 1, charged: due, deduplicated: 1, doubled: 0 });
      expect(proof).toMatchObject({ lostCount: 0, doubledCount: 0, charges: due });
    });

    it('without a key it is paid twice, and our own ledger, fenced or not, knows of one', async () => {
      const { proof, payments } = await aRunKilledBetween({ run, idempotencyKey: 'none' });

      expect(payments).toMatchObject({ calls: due + 1, deduplicated: 0, doubled: 1 });
      expect(payments.doubledOrders).toEqual([struckOrder]);
      expect(proof).toMatchObject({ lostCount: 0, doubledCount: 0, charges: due });
    });
  },
);

describe('a gateway that is killed as well', () => {
  it('fails no order: the run waits for it, and it knows its keys when it is started again', async () => {
    const { port } = new URL(gateway.url);
    const { log } = gateway;

    const { proof, payments } = await aRunKilledBetween({
      run: { pattern: 'enumerator' },
      idempotencyKey: 'run and order',
      meanwhile: async ({ lines }) => {
        process.kill(gateway.pid, 'SIGKILL');
        await expect
          .poll(() => lines.join('\n'), { timeout: 20_000 })
          .toContain('the payment gateway is away');
        gateway = await startPaymentGateway({
          home: own.checkout.home,
          answerMs: 0,
          port: Number(port),
          log,
        });
      },
    });

    expect(payments).toMatchObject({ calls: due + 1, charged: due, deduplicated: 1, doubled: 0 });
    expect(proof).toMatchObject({ lostCount: 0, failed: 1, charges: due });
  });
});

describe('the traditional job', () => {
  it('starts over and charges its own ledger twice, where the key still holds: all that it meets again is deduplicated', async () => {
    const { proof, payments } = await aRunKilledBetween({
      run: { pattern: 'naive' },
      idempotencyKey: 'run and order',
    });

    expect(payments).toMatchObject({ charged: due, deduplicated: struckOrder, doubled: 0 });
    expect(proof.doubledCount).toBe(struckOrder - 1);
  });
});

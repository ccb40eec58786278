import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Batch, BatchStart } from '../../../src/continuation/checkpoint.js';
import { batchSchema } from '../../../src/continuation/checkpoint-schema.js';
import {
  type BatchWork,
  batchOf,
  type CheckpointStore,
  enumerator,
  type Transaction,
  workBatch,
} from '../../../src/continuation/iteration/index.js';
import type { CarriedContinuation } from '../../../src/continuation/steps/continuation.js';
import { refusedBy } from '../../../src/continuation/steps/overtaking.js';
import { RunLedger } from '../../../src/continuation/steps/run-ledger.js';
import { aBatchStart, throughJson } from '../some-checkpoints.js';
import { aFence, type Fence } from './a-fence.js';
import { items, numberedWork } from './numbered-work.js';
import { anEnvironment } from './run-iteration.js';

interface Attempt extends Partial<BatchWork<number, number, Transaction>> {
  readonly from?: BatchStart<number>;
  readonly attempt?: number;
  readonly environment?: MockActivityEnvironment;
}

const charge: BatchWork<number, number, Transaction>['eachIteration'] = async (item, { transaction }) => {
  await transaction.query(`charge ${item}`);
};
const eachChargedOnce = Array.from({ length: items }, (_, item) => `charge ${item}`);

/** Runs one attempt of a batch that charges the items 0 to 9. */
function charged({ store }: Fence, options: Attempt = {}): Promise<Batch<number>> {
  const { attempt = 1, environment = anEnvironment({ attempt }), ...parts } = options;
  const activity = () =>
    workBatch<number, number, Transaction>({
      from: aBatchStart(),
      enumerator: numberedWork().numbers,
      eachIteration: charge,
      checkpointEvery: 100,
      store,
      ...parts,
    });
  return environment.run<[], Batch<number>, typeof activity>(activity);
}

/** Runs one attempt that is killed when this many items are committed. */
async function killedAfter(commits: number, fence: Fence, options: Attempt = {}): Promise<void> {
  let done = 0;
  await new Promise<void>((killed, reject) => {
    const afterIteration = () => {
      done += 1;
      if (done < commits) return;
      killed();
      return new Promise<void>(() => undefined);
    };
    charged(fence, { ...options, afterIteration }).catch(reject);
  });
}

const aLedgerAtItsStep = (carried?: CarriedContinuation) => {
  const ledger = new RunLedger(carried, 'first-execution');
  ledger.startStep('process');
  return ledger;
};

/** What a step does with a batch of a history that its own fence is ahead of. */
async function takenOver(fence: Fence, ledger: RunLedger, options: Attempt = {}): Promise<Batch<number>> {
  const refused = await charged(fence, { from: ledger.scheduleBatch<number>(), ...options }).then(
    () => null,
    (error: unknown) => refusedBy(error),
  );
  ledger.overtake(refused ?? 0);
  return charged(fence, { from: ledger.scheduleBatch<number>(), ...options });
}

/** A run with two batches of four items, the second of which its database lost: as it was, and as it is. */
async function aDatabaseThatWentBack() {
  const ledger = aLedgerAtItsStep();
  const [before, restored] = [aFence(), aFence()];
  const first = { from: ledger.scheduleBatch<number>(), checkpointEvery: 4 };
  ledger.recordBatch(await charged(before, first));
  await charged(restored, first);
  ledger.recordBatch(await charged(before, { from: ledger.scheduleBatch<number>(), checkpointEvery: 4 }));
  return { ledger, before, restored };
}

describe('a batch with a store that fences', () => {
  it('charges nothing twice where the answer to a commit was lost, after others that were answered', async () => {
    const fence = aFence({ loseAnswerOfCommit: 4 });
    const ledger = aLedgerAtItsStep();
    const from = ledger.scheduleBatch<number>();

    const first = charged(fence, { from, attempt: 1 });
    await expect(first).rejects.toMatchObject({ name: 'StoreOutageError' });
    ledger.recordBatch(await charged(fence, { from, attempt: 2 }));

    expect(fence.ledger).toEqual(eachChargedOnce);
    expect(ledger.progress().counts.processed).toBe(items);
  });

  it('goes on where an Activity got to that ended without any result', async () => {
    const fence = aFence();
    const ledger = aLedgerAtItsStep();

    await killedAfter(3, fence, { from: ledger.scheduleBatch<number>() });
    const batch = await charged(fence, { from: ledger.scheduleBatch<number>() });

    expect(fence.ledger).toEqual(eachChargedOnce);
    expect(batch.counts.processed).toBe(items);
  });

  it('goes on where a later batch got to that its history knows nothing of, as after a reset', async () => {
    const fence = aFence();
    const beforeReset = aLedgerAtItsStep();
    beforeReset.recordBatch(
      await charged(fence, { from: beforeReset.scheduleBatch<number>(), checkpointEvery: 4 }),
    );
    await killedAfter(2, fence, { from: beforeReset.scheduleBatch<number>() });

    const batch = await takenOver(fence, aLedgerAtItsStep());

    expect(fence.ledger).toEqual(eachChargedOnce);
    expect(batch).toMatchObject({ kind: 'finished', cursor: 9 });
  });

  it('goes on where a run got to that was started again at its place, and ended without a word', async () => {
    const fence = aFence();
    const failed = aLedgerAtItsStep();
    failed.recordBatch(await charged(fence, { from: failed.scheduleBatch<number>(), checkpointEvery: 2 }));
    const place = throughJson(failed.keep());
    const lost = aLedgerAtItsStep(place);
    lost.recordBatch(await charged(fence, { from: lost.scheduleBatch<number>(), checkpointEvery: 2 }));
    await killedAfter(2, fence, { from: lost.scheduleBatch<number>() });

    await takenOver(fence, aLedgerAtItsStep(place));

    expect(fence.ledger).toEqual(eachChargedOnce);
  });

  it('does again what its database lost of batches that had reported, and tells', async () => {
    const { ledger, restored } = await aDatabaseThatWentBack();
    const warnings: string[] = [];
    const logger = new DefaultLogger('WARN', ({ message }) => warnings.push(message));

    const batch = await charged(restored, {
      from: ledger.scheduleBatch<number>(),
      environment: new MockActivityEnvironment({}, { logger }),
    });

    expect(restored.ledger).toEqual(eachChargedOnce);
    expect(batch).toMatchObject({ kind: 'finished', cursor: 9 });
    expect(warnings).toContainEqual(expect.stringContaining('its database has lost commits'));
  });

  it('goes on nowhere where the store has nothing of a step that got on through it', async () => {
    const ledger = aLedgerAtItsStep();
    ledger.recordBatch(await charged(aFence(), { from: ledger.scheduleBatch<number>(), checkpointEvery: 4 }));

    const batch = charged(aFence(), { from: ledger.scheduleBatch<number>() });

    await expect(batch).rejects.toMatchObject({ type: 'CheckpointMissingError', nonRetryable: true });
  });

  it('starts where the job has set the cursor itself, wherever its store is', async () => {
    const ledger = aLedgerAtItsStep();
    const fence = aFence();
    ledger.recordBatch(await charged(fence, { from: ledger.scheduleBatch<number>(), checkpointEvery: 4 }));
    ledger.setCursor(6);

    await charged(fence, { from: ledger.scheduleBatch<number>() });

    expect(fence.ledger.slice(4)).toEqual(['charge 7', 'charge 8', 'charge 9']);
  });

  it('goes on behind a batch that got on without the store, which is no lost commit', async () => {
    const ledger = aLedgerAtItsStep();
    const fence = aFence();
    ledger.recordBatch(await charged(fence, { from: ledger.scheduleBatch<number>(), checkpointEvery: 4 }));
    ledger.recordBatch(batchOf(6, { kind: 'advanced', after: 3, generation: 2 }));

    await charged(fence, { from: ledger.scheduleBatch<number>() });

    expect(fence.ledger.slice(4)).toEqual(['charge 7', 'charge 8', 'charge 9']);
  });

  it('does again what its database lost while the server had paused it before its first item', async () => {
    const { ledger, before, restored } = await aDatabaseThatWentBack();
    const from = ledger.scheduleBatch<number>();
    let heartbeatDetails: unknown;
    const paused = anEnvironment({});
    paused.on('heartbeat', (details: unknown) => {
      heartbeatDetails = throughJson(details);
    });
    const eachIteration = async () => {
      paused.cancel('PAUSED');
      throw paused.context.cancellationSignal.reason;
    };
    await charged(before, { from, environment: paused, eachIteration }).catch(() => undefined);

    const environment = anEnvironment({ attempt: 2, heartbeatDetails });
    await charged(restored, { from, attempt: 2, environment });

    expect(heartbeatDetails).toMatchObject({ held: { cursor: 7 } });
    expect(restored.ledger).toEqual(eachChargedOnce);
  });

  it('goes on where its step is where the store knows of an earlier batch alone, which has reported', async () => {
    const fence = aFence();
    const ledger = aLedgerAtItsStep();
    ledger.recordBatch(await charged(fence, { from: ledger.scheduleBatch<number>(), checkpointEvery: 4 }));

    const next = await charged(fence, { from: ledger.scheduleBatch<number>() });

    expect(next).toMatchObject({ after: 3, counts: { processed: 6 } });
    expect(fence.ledger).toEqual(eachChargedOnce);
  });

  it('goes on where a lost attempt got to, also from a store that orders keys by itself (jsonb)', async () => {
    const fence = aFence({ reorder: true });
    const from = aBatchStart({ cursor: null });

    await killedAfter(3, fence, { from, attempt: 1 });
    await charged(fence, { from, attempt: 2 });

    expect(fence.ledger).toEqual(eachChargedOnce);
  });

  it('ends when it has as many items as one checkpoint covers, also where items count nothing', async () => {
    const eachIteration = async () => ({ processed: 0, failed: 0, revisited: 0 });

    const batch = await charged(aFence(), { checkpointEvery: 4, eachIteration });

    expect(batch).toMatchObject({ kind: 'advanced', cursor: 3 });
  });

  it('that waits a fraction of a millisecond is still read back by inspection', async () => {
    const notNow = enumerator<number, number>(async function* () {
      yield { notNow: { waitMs: 12.5 } };
    });

    const batch = await charged(aFence(), { enumerator: notNow });

    expect(batchSchema.safeParse(batch)).toMatchObject({ success: true });
  });
});

describe('a batch whose stored checkpoint can’t be read', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('fails, gives its store back, and beats no more', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { store } = aFence();
    let closed = false;
    const unreadable: CheckpointStore<Transaction> = {
      ...store,
      open: async (options) => ({
        ...(await store.open(options)),
        stored: { what: 1 },
        close: async () => {
          closed = true;
        },
      }),
    };
    const environment = new MockActivityEnvironment(
      { heartbeatTimeoutMs: 40 },
      { logger: new DefaultLogger('ERROR', () => undefined) },
    );

    const running = charged(aFence(), { store: unreadable, environment });

    await expect(running).rejects.toMatchObject({ type: 'UnreadableCheckpointError' });
    expect({ closed, timers: vi.getTimerCount() }).toEqual({ closed: true, timers: 0 });
  });
});

import { describe, expect, it } from 'vitest';
import { type Batch, type BatchStart, noCounts } from '../../../src/continuation/checkpoint.js';
import { encodeCursor, type JsonValue } from '../../../src/continuation/cursor.js';
import {
  foldProgress,
  nothingYet,
  type Standing,
} from '../../../src/continuation/inspection/fold-progress.js';
import { readStoredWork, withStored } from '../../../src/continuation/inspection/stored-checkpoints.js';
import { type CheckpointStore, memoryStore, workBatch } from '../../../src/continuation/iteration/index.js';
import type { CarriedChain } from '../../../src/continuation/steps/carried-chain.js';
import { RunLedger } from '../../../src/continuation/steps/run-ledger.js';
import { numberedWork } from '../iteration/numbered-work.js';
import { anEnvironment } from '../iteration/run-iteration.js';
import { aBatch, aCheckpoint, throughJson } from '../some-checkpoints.js';

const at = new Date('2026-01-02T03:04:05Z');

const afterBatch = (standing: Standing, batch: Batch): Standing =>
  foldProgress(
    standing,
    { kind: 'activity completed', eventId: 7, at, scheduled: 5, result: batch },
    'run-1',
  );

const processed = (items: number) => ({ ...noCounts, processed: items });

/** What a step's batch keeps in a store while it is under way. */
const inStore = (step: string, mark: { generation: number; after: JsonValue }, cursor: number) => ({
  store: 'postgres',
  chain: 'run-1',
  name: step,
  checkpoint: aCheckpoint({
    cursor: encodeCursor(cursor),
    counts: processed(3),
    selection: mark,
    sequence: 3,
  }),
  at,
});

/** The first step has ended: its only batch was the run's first. */
const firstStepDone = afterBatch(
  nothingYet,
  aBatch({ kind: 'finished', after: null, cursor: 50, counts: processed(50), generation: 1 }),
);

describe('a batch under way, as its store keeps it', () => {
  it('stands on top of what history has', () => {
    const afterOne = afterBatch(
      nothingYet,
      aBatch({ after: null, cursor: 10, counts: processed(10), generation: 1 }),
    );

    const seen = withStored(afterOne, inStore('process', { generation: 2, after: 10 }, 13), 'run-1');

    expect(seen).toMatchObject({
      cursor: 13,
      counts: processed(13),
      latest: { source: 'postgres', eventId: null },
    });
  });

  it('is seen in a later step’s first batch too, which starts where no batch before ended', () => {
    const seen = withStored(firstStepDone, inStore('report', { generation: 2, after: null }, 3), 'run-1');

    expect(seen).toMatchObject({ cursor: 3, counts: processed(53), latest: { source: 'postgres' } });
  });

  it('that has reported since is in history, and counts once', () => {
    const stale = inStore('process', { generation: 1, after: null }, 40);

    expect(withStored(firstStepDone, stale, 'run-1')).toBe(firstStepDone);
  });

  it('that lost its report and goes on in the next generation is still under way', () => {
    const ledger = new RunLedger();
    ledger.startStep('process');
    ledger.scheduleBatch();
    ledger.recordBatch(aBatch({ after: null, cursor: 10, counts: processed(10), generation: 1 }));
    ledger.scheduleBatch();
    const carried = throughJson(ledger.carry('error after progress'));
    const args = [{}, carried];
    const next = foldProgress(
      nothingYet,
      { kind: 'started', continuedFrom: 'run-0', retryOf: null, chain: 'run-0', eventId: 1, at, args },
      'run-1',
    );

    const seen = withStored(next, inStore('process', { generation: 2, after: 10 }, 13), 'run-1');

    expect(seen).toMatchObject({ cursor: 13, counts: processed(13) });
  });

  it('is known by its start where a release before wrote the history', () => {
    const before = afterBatch(nothingYet, aBatch({ after: null, cursor: 10, counts: processed(10) }));

    expect(withStored(before, inStore('process', { generation: 2, after: 10 }, 13), 'run-1')).toMatchObject({
      cursor: 13,
    });
    expect(withStored(before, inStore('process', { generation: 1, after: null }, 7), 'run-1')).toBe(before);
  });
});

describe('a batch under way of a run that follows a lost one', () => {
  const carried: CarriedChain = {
    type: 'leftoff.chain',
    version: 1,
    chain: 'run/1',
    generation: 1_000,
    lostSince: 1,
  };

  /** Works the numbers off as far as this one, and hangs in it, as far as anybody can see from outside. */
  const hangsAt = async (item: number, store: CheckpointStore<null>, from: BatchStart<number>) => {
    const { workflowExecution } = anEnvironment().context.info;
    await new Promise<void>((hanging, reject) => {
      const activity = () =>
        workBatch<number, number>({
          from,
          enumerator: numberedWork().numbers,
          checkpointEvery: 100,
          store,
          eachIteration: async (number) => {
            if (number < item) return { processed: 1, failed: 0, revisited: 0 };
            hanging();
            return new Promise<never>(() => undefined);
          },
        });
      anEnvironment().run(activity).catch(reject);
    });
    const { found } = await readStoredWork([store], workflowExecution?.workflowId ?? '');
    return found;
  };

  /** The run’s history, after its first step's only batch, and the first batch of its next step. */
  const atTheSecondStep = () => {
    const ledger = new RunLedger(carried);
    ledger.startStep('count');
    const { generation } = ledger.scheduleBatch();
    const batch = aBatch({ kind: 'finished', after: null, cursor: 50, counts: processed(50), generation });
    ledger.recordBatch(batch);
    ledger.completeStep('count');
    ledger.startStep('process');
    const args = [{}, carried];
    const begun = foldProgress(
      nothingYet,
      { kind: 'started', continuedFrom: null, retryOf: null, chain: 'run-2', eventId: 1, at, args },
      'run-2',
    );
    return { standing: afterBatch(begun, batch), from: ledger.scheduleBatch<number>() };
  };

  const seen = (standing: Standing, found: Awaited<ReturnType<typeof hangsAt>>) =>
    found.reduce((before, each) => withStored(before, each, 'run-2'), standing);

  it('is seen in the first batch of a step too, though it may take up what is long reported elsewhere', async () => {
    const { standing, from } = atTheSecondStep();

    const found = await hangsAt(3, memoryStore(), from);

    expect(seen(standing, found)).toMatchObject({ cursor: 2, counts: processed(53), generation: 1_002 });
  });

  it('is seen where it goes on from what the lost run left, whose batches came before those in history', async () => {
    const store = memoryStore();
    const lost = new RunLedger({ ...carried, generation: 0 });
    lost.startStep('process');
    await hangsAt(3, store, lost.scheduleBatch<number>());
    const { standing, from } = atTheSecondStep();

    const found = await hangsAt(5, store, from);

    expect(seen(standing, found)).toMatchObject({ cursor: 4, counts: processed(55), generation: 1_002 });
  });

  it('has reported as soon as its own report is in history', async () => {
    const { standing, from } = atTheSecondStep();
    const found = await hangsAt(3, memoryStore(), from);
    const reported = afterBatch(
      standing,
      aBatch({ after: null, cursor: 2, counts: processed(3), generation: from.generation }),
    );

    expect(seen(reported, found)).toBe(reported);
  });
});

/** What a store keeps of a step's batches when they are cancelled, alone or with their run, or when that starts over. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BatchStart } from '../../../src/continuation/checkpoint.js';
import {
  type CheckpointStore,
  type Transaction,
  times,
  workBatch,
} from '../../../src/continuation/iteration/index.js';
import { type TimeSkipping, taskQueue, timeSkipping } from '../../workflows/time-skipping.js';
import { aFence } from '../iteration/a-fence.js';
import type { ChargingActivities } from './cancelled-jobs.js';

/** Fences: it refuses to have nothing of a step that got on through it. */
const { store, cleared } = noticing(aFence().store);

/** What was charged, in order: a store that commits with the effect leaves no item to be charged twice. */
let charged: number[] = [];
/** What an item does before it is charged. */
let beforeCharge: (item: number) => Promise<void> = async () => undefined;
/** What a batch does after its last commit, which its report would be next to. */
let afterCommit: (from: BatchStart<number>) => Promise<void> = async () => undefined;

const activities: ChargingActivities = {
  async chargeBatch(from) {
    const batch = await workBatch({
      from,
      enumerator: times(9),
      eachIteration: async (item) => {
        await beforeCharge(item);
        charged.push(item);
      },
      checkpointEvery: 3,
      store,
    });
    await afterCommit(from);
    return batch;
  },
};

/** The store, and the runs of which it was told to keep nothing. */
function noticing<T extends Transaction | null>(store: CheckpointStore<T>) {
  const cleared: string[] = [];
  const retire: typeof store.retire = (key, epoch) => {
    cleared.push(key.workflowId);
    return store.retire(key, epoch);
  };
  return { store: { ...store, retire }, cleared };
}

const allNine = [0, 1, 2, 3, 4, 5, 6, 7, 8];

let server: TimeSkipping;

beforeAll(async () => {
  server = await timeSkipping('../continuation/steps/cancelled-jobs.ts');
  await server.startWorker(activities);
});

afterAll(async () => {
  await server?.tearDown();
});

beforeEach(() => {
  charged = [];
  beforeCharge = async () => undefined;
  afterCommit = async () => undefined;
});

function start(workflow: string): Promise<WorkflowHandle> {
  return server.environment.client.workflow.start(workflow, {
    taskQueue,
    workflowId: randomUUID(),
    workflowExecutionTimeout: '1 day',
  });
}

/** Loses the second batch after it has done its items, and before it reports them; its retry is an hour away. */
function losingTheSecondBatch(): { readonly lost: () => boolean } {
  let lost = false;
  afterCommit = async ({ cursor }) => {
    if (cursor === null || lost) return;
    lost = true;
    throw new Error('lost after its last commit');
  };
  return { lost: () => lost };
}

/** Cancels a run in its second batch, which then reports where it is. */
async function endOfRunCancelledAtItem4(workflow: string) {
  beforeCharge = async (item) => {
    if (item === 4) await Context.current().cancelled.catch(() => undefined);
  };
  const run = await start(workflow);
  await expect.poll(() => charged.length, { timeout: 10_000 }).toBe(4);
  await run.cancel();
  const end: unknown = await run.result().catch((error: unknown) => error);
  return { workflowId: run.workflowId, end };
}

describe('items that a store alone knows to be done', () => {
  it('are charged once where a scope of the job’s own was cancelled, and its run goes on', async () => {
    losingTheSecondBatch();

    await (await start('chargingInTime')).result();

    expect(charged).toEqual(allNine);
  });

  it('are charged once where the run was cancelled, and its job goes on with the step', async () => {
    const { lost } = losingTheSecondBatch();
    const run = await start('chargingToTheEnd');
    await expect.poll(lost, { timeout: 10_000 }).toBe(true);

    await run.cancel();
    await run.result();

    expect(charged).toEqual(allNine);
  });
});

describe('a run that starts over', () => {
  it('leaves nothing in its store that a later run of its chain could take for work that counts', async () => {
    let changed = false;
    beforeCharge = async (item) => {
      if (item !== 3 || changed) return;
      changed = true;
      throw ApplicationFailure.nonRetryable('they went up', 'PricesChanged');
    };
    const clearedBefore: number[] = [];
    afterCommit = async ({ generation }) => {
      if (cleared.length > 0) clearedBefore.push(generation);
    };
    cleared.length = 0;

    await (await start('chargingAnew')).result();

    expect(charged).toEqual([0, 1, 2, ...allNine]);
    // Before the first batch after it.
    expect(clearedBefore[0]).toBeLessThanOrEqual(4);
  });
});

describe('a cancelled run', () => {
  it('leaves nothing of its step in the store where all that was done is in history', async () => {
    const { workflowId, end } = await endOfRunCancelledAtItem4('charging');

    expect(end).toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(charged).toEqual([0, 1, 2, 3, 4]);
    expect(cleared).toContain(workflowId);
  });

  it('whose store was cleared, and whose job goes on with the step all the same, charges each item once', async () => {
    await endOfRunCancelledAtItem4('chargingToTheEnd');

    expect(charged).toEqual(allNine);
  });

  it('fails where its clean-up by batches gets nowhere: it never loops', async () => {
    const { end } = await endOfRunCancelledAtItem4('undoingInVain');

    expect(end).toMatchObject({ cause: { type: 'NoProgressError' } });
  });
});

import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoints, readRun } from '../../../src/continuation/inspection/index.js';
import { cancelRun, pauseRun, startAgain, unpauseRun } from '../../../src/continuation/operation/index.js';
import { type StepsStage, stepsStage } from './steps-stage.js';

let stage: StepsStage;

beforeAll(async () => {
  stage = await stepsStage('../continuation/steps/control-jobs.ts');
});

afterAll(async () => {
  await stage?.tearDown();
});

const promptly = { timeout: 20_000, interval: 20 };

function gate() {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}

const stateOf = async (workflowId: string) => (await readRun(stage.client, workflowId)).state;

describe('a paused run', () => {
  it('is cancelled also where it stands in a scope that a cancellation does not reach', async () => {
    const [reached, go] = [gate(), gate()];
    const run = await stage.start('shielded', {
      visit: async (what) => {
        if (what !== '1') return;
        reached.open();
        await go.passed;
      },
    });
    const { workflowId } = run.handle;
    await reached.passed;
    await pauseRun(stage.client, workflowId);
    go.open();
    await expect.poll(() => stateOf(workflowId), promptly).toBe('paused');

    await cancelRun(stage.client, workflowId);

    await expect.poll(() => stateOf(workflowId), promptly).toMatch(/^(cancelled|completed)$/);
  });

  it('is not paused before a branch beside it has come to its end', async () => {
    const [reached, go, beside] = [gate(), gate(), gate()];
    const run = await stage.start('branches', {
      visit: async (what) => {
        if (what === 'first') {
          reached.open();
          await go.passed;
        }
        if (what === 'beside 3') await beside.passed;
      },
    });
    const { workflowId } = run.handle;
    await reached.passed;
    await pauseRun(stage.client, workflowId);
    go.open();
    await expect.poll(() => run.visited, promptly).toContain('beside 3');
    const meanwhile = await stateOf(workflowId);
    beside.open();
    await expect.poll(() => stateOf(workflowId), promptly).toBe('paused');
    const visited = [...run.visited];
    await unpauseRun(stage.client, workflowId);
    await run.end();

    expect(meanwhile).toBe('pausing');
    expect(visited).toContain('beside 4');
    expect(visited).not.toContain('after the pause');
    expect(run.visited).toContain('after the pause');
  });
});

describe('a partitioned run that is started again', () => {
  it('is read with what was done before, and each partition once', async () => {
    let mended = false;
    const held = gate();
    const run = await stage.start('parts', {
      visit: async (what) => {
        if (what !== 'part 2') return;
        if (!mended) throw ApplicationFailure.nonRetryable('the ledger is closed');
        await held.passed;
      },
    });
    const { workflowId } = run.handle;
    await run.end();
    mended = true;

    const started = await startAgain(stage.client, workflowId);
    await expect.poll(() => stateOf(`${workflowId}/2`), promptly).toBe('running');
    const again = await readRun(stage.client, workflowId);
    const { run: whole } = await readCheckpoints(stage.client, workflowId);
    const part = await startAgain(stage.client, `${workflowId}/1`);
    held.open();
    await stage.client.workflow.getHandle(workflowId).result();
    const ended = await readRun(stage.client, workflowId);

    expect(started).toMatchObject({ kind: 'started', from: 'place' });
    const numbers = (partitions: readonly { workflowId: string }[]) =>
      partitions.map((partition) => partition.workflowId.slice(-2)).sort();
    for (const { counts, partitions } of [again, whole]) {
      expect(counts.processed).toBe(2);
      expect(numbers(partitions)).toEqual(['/1', '/2', '/3']);
    }
    expect(part).toEqual({ kind: 'refused', why: `is a part of ${workflowId}: start that one again` });
    expect(ended).toMatchObject({ state: 'completed', counts: { processed: 3 } });
  });
});

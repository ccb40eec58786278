import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CarriedPartitions } from '../../../src/continuation/steps/index.js';
import type { Divided, Range } from './partitioned-jobs.js';
import { type StepsStage, stepsStage } from './steps-stage.js';

let stage: StepsStage;

beforeAll(async () => {
  stage = await stepsStage('../continuation/steps/partitioned-jobs.ts');
});

afterAll(async () => {
  await stage?.tearDown();
});

const threeRanges: Divided = {
  ranges: [
    { from: 1, to: 2 },
    { from: 3, to: 3 },
    { from: 4, to: 6 },
  ],
};

/** Fails each visit of these numbers. */
const failingAt =
  (...numbers: readonly number[]) =>
  async (what: string) => {
    if (numbers.includes(Number(what)))
      throw ApplicationFailure.nonRetryable(`${what} was declined`, 'CardDeclined');
  };

const carriedIn = (failure: unknown): CarriedPartitions<Range> => {
  if (!(failure instanceof ApplicationFailure)) throw new Error('The run did not fail.');
  const [carried]: CarriedPartitions<Range>[] = JSON.parse(JSON.stringify(failure.details));
  if (carried === undefined) throw new Error('The failure keeps nothing.');
  return carried;
};

describe('a partitioned run', () => {
  it('runs a child for each range and is all done when they are, with the sum of what they did', async () => {
    const run = await stage.start('walkRanges', { args: [threeRanges] });

    const { result } = await run.end();

    const id = run.handle.workflowId;
    expect([...run.visited].sort()).toEqual(['1', '2', '3', '4', '5', '6', 'divide into 3']);
    expect(result).toMatchObject({
      kind: 'all done',
      counts: { processed: 6, failed: 0, revisited: 0 },
      total: 6,
      result: ['1 to 2', '3 to 3', '4 to 6'],
      partitions: [
        { workflowId: `${id}/1`, counts: { processed: 2 }, cursor: 2 },
        { workflowId: `${id}/2`, counts: { processed: 1 }, cursor: 3 },
        { workflowId: `${id}/3`, counts: { processed: 3 }, cursor: 6 },
      ],
    });
  });

  it('follows its children over their continue-as-new', async () => {
    const run = await stage.start('walkRanges', { args: [threeRanges] });

    const { result } = await run.end();

    expect(result).toMatchObject({ partitions: [{ executions: 3 }, { executions: 2 }, { executions: 4 }] });
  });

  it('with no range is all done at once', async () => {
    const run = await stage.start('walkRanges', { args: [{ ranges: [] }] });

    expect(await run.end()).toMatchObject({
      result: { kind: 'all done', partitions: [], counts: { processed: 0 }, total: 0 },
    });
  });

  it('with too many ranges is refused with their number', async () => {
    const ranges = Array.from({ length: 1_001 }, (_, i) => ({ from: i, to: i }));
    const run = await stage.start('walkRanges', { args: [{ ranges }] });

    expect(await run.end()).toMatchObject({
      failure: { type: 'InvalidPartitionsError', message: expect.stringContaining('1001 ranges') },
    });
  });
});

describe('a partition that fails', () => {
  it('does not stop the others: they run to their end, then the run fails and names it', async () => {
    const run = await stage.start('walkRanges', { args: [threeRanges], visit: failingAt(3) });

    const { failure } = await run.end();

    expect(run.visited).toEqual(expect.arrayContaining(['1', '2', '3', '4', '5', '6']));
    expect(failure).toMatchObject({
      type: 'PartitionsFailed',
      nonRetryable: true,
      message: expect.stringContaining(
        `1 of 3 partitions failed: ${run.handle.workflowId}/2 (3 was declined)`,
      ),
    });
    expect(carriedIn(failure)).toMatchObject({
      ranges: threeRanges.ranges,
      done: [{ counts: { processed: 2 } }, null, { counts: { processed: 3 } }],
    });
  });

  it('is all that a retry runs, from its cursor, and over the ranges of the first time', async () => {
    const run = await stage.start('walkRanges', { args: [threeRanges], visit: failingAt(5) });
    const { failure } = await run.end();
    const divideDifferently: Divided = { ranges: [{ from: 1, to: 6 }] };

    const retried = await stage.start('walkRanges', { args: [divideDifferently, carriedIn(failure)] });
    const { result } = await retried.end();

    expect(retried.visited).toEqual(['5', '6']);
    expect(result).toMatchObject({ kind: 'all done', counts: { processed: 6 }, total: 6, executions: 2 });
  });
});

describe('a partition that ended without a word', () => {
  it('is named as one that kept nothing, and its next run has its chain, and newer batches than the lost one', async () => {
    const run = await stage.start('tellChains', { args: [{ ranges: [{ from: 1, to: 1 }] }] });
    await vi.waitFor(() => expect(run.visited).toEqual(['1: generation 1 since 1']), 10_000);
    await run.child('1').cancel();
    const { failure } = await run.end();

    const retried = await stage.start('tellChains', { args: [{ ranges: [] }, carriedIn(failure)] });
    await retried.end();

    expect(failure).toMatchObject({
      message: expect.stringContaining('/1 (CancelledFailure; kept nothing: a retry starts it over)'),
    });
    expect(retried.visited).toEqual(['1: generation 1000000001 since 1']);
  });
});

describe('a mistake in what a child is started with', () => {
  it('is one in Workflow code: no child starts, and the run waits until it is mended', async () => {
    const run = await stage.start('mistakenRanges', {
      args: [{ ...threeRanges, mendedAtMs: Date.now() + 1_500 }],
    });

    const { result } = await run.end();

    expect([...run.visited].sort()).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(result).toMatchObject({ kind: 'all done', executions: 1 });
  });
});

/**
 * Waits in real time, as looking alone does: the server, asked for a result, skips time as soon as nothing is under way, and
 * between a run and its children a cancellation isn't for a moment.
 */
const closed = (run: WorkflowHandle) =>
  vi.waitFor(async () => expect((await run.describe()).status.name).not.toBe('RUNNING'), 10_000);

describe('a cancelled partitioned run', () => {
  it('cancels every child, waits for their ends and ends as cancelled', async () => {
    const run = await stage.start('waitingRanges', { args: [threeRanges] });
    await vi.waitFor(() => expect(run.visited.filter((what) => what === 'waiting')).toHaveLength(3), 10_000);

    await run.handle.cancel();

    await closed(run.handle);
    expect(await run.end()).toMatchObject({ failure: { name: 'CancelledFailure' } });
    const children = await Promise.all(['1', '2', '3'].map((name) => run.child(name).describe()));
    expect(children.map(({ status }) => status.name)).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED']);
  });

  it('is another thing than a cancelled child: that one counts as failed', async () => {
    const run = await stage.start('waitingRanges', { args: [{ ranges: [{ from: 1, to: 1 }] }] });
    await vi.waitFor(() => expect(run.visited).toContain('waiting'), 10_000);

    await run.child('1').cancel();

    await closed(run.handle);
    expect(await run.end()).toMatchObject({ failure: { type: 'PartitionsFailed' } });
  });
});

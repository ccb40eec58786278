import { ApplicationFailure, CancelledFailure, ChildWorkflowFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { emptyTally, maximumResumptionsKept } from '../../../src/continuation/checkpoint.js';
import type {
  CarriedPartitions,
  PartitionResult,
} from '../../../src/continuation/steps/carried-partitions.js';
import { firstExecution } from '../../../src/continuation/steps/continuation.js';
import { continuable, partitioned } from '../../../src/continuation/steps/index.js';
import {
  partitionsFailed,
  partitionsProgress,
  resultOf,
  resultsTooLarge,
  sumPartitions,
} from '../../../src/continuation/steps/partition-results.js';

const aPartition = (parts: Partial<PartitionResult>): PartitionResult => ({
  ...emptyTally,
  workflowId: 'run/1',
  cursor: null,
  executions: 1,
  result: null,
  ...parts,
});

const carried = (done: readonly (PartitionResult | null)[]): CarriedPartitions<string> => ({
  type: 'leftoff.carried-partitions',
  version: 1,
  ranges: done.map((_, i) => `range ${i + 1}`),
  done,
  kept: done.map(() => null),
  executions: 1,
});

describe('the sum of partitions', () => {
  it('has no total where a partition doesn’t know its own', () => {
    expect(sumPartitions([aPartition({ total: 5 }), aPartition({ total: null })], 1).total).toBeNull();
    expect(sumPartitions([aPartition({ total: 5 }), aPartition({ total: 6 })], 1).total).toBe(11);
  });

  it('keeps the newest resumptions and the count of all', () => {
    const resumption = { resumedAfter: 1, source: 'history', attempt: 1, revisited: 0 };
    const many = aPartition({
      resumptions: Array.from({ length: 40 }, () => resumption),
      resumptionCount: 40,
    });

    const { resumptions, resumptionCount } = sumPartitions([many, many], 1);

    expect(resumptions).toHaveLength(maximumResumptionsKept);
    expect(resumptionCount).toBe(80);
  });
});

describe('the progress of partitions', () => {
  it('says how many are done, and no total before all have told theirs', () => {
    const one = aPartition({ total: 5, counts: { processed: 5, failed: 0, revisited: 0 } });

    expect(partitionsProgress(carried([one, null]))).toMatchObject({
      step: '1 of 2 partitions',
      counts: { processed: 5 },
      total: null,
    });
    expect(partitionsProgress(carried([one, one])).total).toBe(10);
  });
});

describe('a failure of partitions', () => {
  const failedWith = (details: unknown) =>
    new ChildWorkflowFailure(
      'default',
      { workflowId: 'run/2' },
      'work',
      'RETRY_POLICY_NOT_SET',
      ApplicationFailure.nonRetryable('declined', 'CardDeclined', details),
    );

  it('keeps what the failed partition’s own run kept, for its retry', () => {
    const failure = failedWith(firstExecution);

    const { details } = partitionsFailed([{ index: 1, workflowId: 'run/2', failure }], carried([null, null]));

    expect(details).toMatchObject([{ kept: [null, firstExecution], executions: 2 }]);
  });

  it('keeps nothing of details that are not the library’s', () => {
    const failure = failedWith({ type: 'of their own' });

    const { details } = partitionsFailed([{ index: 1, workflowId: 'run/2', failure }], carried([null, null]));

    expect(details).toMatchObject([{ kept: [null, null] }]);
  });
});

describe('the child of a partitioned Workflow', () => {
  it('is refused where it is a function that nobody could find by name', () => {
    const child = continuable<string>(async () => 'done');
    const ranges = async () => ['a'];

    expect(() => partitioned({ ranges, child, input: (_: string, range) => range })).toThrow(
      'Give that name as a string.',
    );
  });
});

describe('what a partitioned run keeps', () => {
  const failed = (index: number, failure: Error) => ({ index, workflowId: `run/${index + 1}`, failure });
  const keptIn = (failure: ApplicationFailure): unknown => failure.details?.[0];

  it('of a partition that ended without a word is what it had from before', () => {
    const before = { ...carried([null]), kept: [firstExecution] };

    const failure = partitionsFailed([failed(0, new CancelledFailure('Workflow canceled'))], before);

    expect(keptIn(failure)).toMatchObject({ kept: [firstExecution] });
    expect(failure.message).not.toContain('kept nothing');
  });

  it('of a partition that never kept anything is said to be nothing, by its name', () => {
    const failure = partitionsFailed([failed(0, new CancelledFailure(''))], carried([null]));

    expect(failure.message).toContain('run/1 (CancelledFailure; kept nothing: a retry starts it over)');
  });

  it('fits into a payload: places are kept as far as there is room', () => {
    const place = { ...firstExecution, completed: [{ name: 'read', result: 'x'.repeat(900_000) }] };
    const keeping = (index: number) =>
      failed(
        index,
        ApplicationFailure.create({
          message: `no ${'x'.repeat(1_000)}`,
          nonRetryable: true,
          details: [place],
        }),
      );

    const failure = partitionsFailed([keeping(0), keeping(1)], carried([null, null]));

    expect(keptIn(failure)).toMatchObject({ kept: [place, null] });
    expect(failure.message.length).toBeLessThan(1_000);
  });

  it('names ten partitions that failed, and how many there are more', () => {
    const thirty = Array.from({ length: 30 }, (_, index) => failed(index, new CancelledFailure('')));

    const { message } = partitionsFailed(thirty, carried(thirty.map(() => null)));

    expect(message).toContain('30 of 30 partitions failed');
    expect(message).toContain('run/10 (');
    expect(message).not.toContain('run/11 (');
    expect(message).toContain(' and 20 more');
  });

  it('of a thousand partitions’ resumptions is as much as of one run’s', () => {
    const resumption = { resumedAfter: 1, source: 'history', attempt: 2, revisited: 1 };
    const resumptions = Array.from({ length: 50 }, () => resumption);
    const thousand = Array.from({ length: 1_000 }, () => aPartition({ resumptions, resumptionCount: 50 }));

    const result = sumPartitions(thousand, 1);

    expect(result.resumptionCount).toBe(50_000);
    expect(JSON.stringify(result).length).toBeLessThan(400_000);
  });

  it('of results that are too large together is nothing, and the run fails by the largest one’s name', () => {
    const done = [
      aPartition({ result: 'x'.repeat(300_000) }),
      aPartition({ workflowId: 'run/2', result: 'x'.repeat(900_000) }),
    ];

    const failure = resultsTooLarge(carried(done));

    expect(failure).toMatchObject({
      type: 'ResultTooLargeError',
      nonRetryable: true,
      message: expect.stringContaining('the most, 900002, are of run/2'),
    });
    expect(JSON.stringify(failure?.details).length).toBeLessThan(1_000);
  });

  it('of results for which there is no room beside a failed partition is nothing, and is said, each by its partition', () => {
    const done = [
      aPartition({ result: 'x'.repeat(600_000) }),
      aPartition({ workflowId: 'run/2', result: 'x'.repeat(600_000) }),
      aPartition({ workflowId: 'run/3' }),
      null,
    ];

    const failure = partitionsFailed([failed(3, new CancelledFailure(''))], carried(done));

    expect(failure.message).toContain('They returned 1200008 bytes as JSON');
    expect(failure.message).toContain('their results are not kept');
    expect(keptIn(failure)).toMatchObject({
      done: [{ result: null, resultNotKept: true }, { result: null, resultNotKept: true }, {}, null],
    });
    expect(keptIn(failure)).not.toMatchObject({ done: [{}, {}, { resultNotKept: true }, null] });
  });

  it('is said of results that this run lost, not again of those that were gone before it', () => {
    const goneBefore = [aPartition({ resultNotKept: true }), aPartition({ result: 'kept' }), null];

    const failure = partitionsFailed([failed(2, new CancelledFailure(''))], carried(goneBefore));

    expect(failure.message).toContain('The others are done, and their results kept');
  });

  it('of a result that is gone is still told by the sum of a retry, by its partition', () => {
    const { result, partitions } = sumPartitions(
      [aPartition({ resultNotKept: true }), aPartition({ result: null }), aPartition({ result: 'new' })],
      2,
    );

    expect(result).toEqual([null, null, 'new']);
    expect(partitions.map(({ resultNotKept }) => resultNotKept)).toEqual([true, undefined, undefined]);
  });

  it('of a partition that is done is no place any more', () => {
    const retried = { ...carried([aPartition({}), null]), kept: [firstExecution, null] };

    expect(keptIn(partitionsFailed([failed(1, new CancelledFailure(''))], retried))).toMatchObject({
      kept: [null, null],
    });
  });

  it('of a partition that is a partitioned run itself is what there is room for', () => {
    const place = { ...firstExecution, completed: [{ name: 'read', result: 'x'.repeat(900_000) }] };
    const nested = { ...carried([aPartition({}), null, null]), kept: [null, place, firstExecution] };
    const keeping = (index: number, kept: unknown) =>
      failed(index, ApplicationFailure.nonRetryable('no', 'PartitionsFailed', kept));

    const failure = partitionsFailed([keeping(0, place), keeping(1, nested)], carried([null, null]));

    expect(keptIn(failure)).toMatchObject({
      kept: [place, { ...nested, kept: [null, null, firstExecution] }],
    });
  });

  it('is nothing where the ranges alone are too large for a failure, and that is said', () => {
    const large = { ...carried([null]), ranges: ['x'.repeat(1_900_000)] };

    const failure = partitionsFailed([failed(0, new CancelledFailure(''))], large);

    expect(failure.details).toEqual([]);
    expect(failure.message).toContain(
      'The ranges have 1900004 bytes as JSON, for which a failure has no room',
    );
  });
});

describe('the sum of a partition’s own report', () => {
  const large = 'x'.repeat(10_000);
  const resumption = { resumedAfter: large, source: 'history', attempt: 2, revisited: 0 };
  const result = { ...emptyTally, resumptions: [resumption], resumptionCount: 1, cursor: large };

  it('has its cursor and its resumptions where partitions are few', () => {
    expect(resultOf({ ...result, executions: 1, result: null }, 'run/1', 10)).toMatchObject(result);
  });

  it('leaves out a cursor and resumptions that would be too much of them for a payload', () => {
    expect(resultOf({ ...result, executions: 1, result: null }, 'run/1', 50)).toMatchObject({
      resumptions: [],
      resumptionCount: 1,
      cursor: null,
    });
  });
});

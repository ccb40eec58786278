import { ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { emptyTally, maximumResumptionsKept } from '../../../src/continuation/checkpoint.js';
import { firstExecution } from '../../../src/continuation/steps/continuation.js';
import { continuable, partitioned } from '../../../src/continuation/steps/index.js';
import {
  type CarriedPartitions,
  type PartitionResult,
  partitionsFailed,
  partitionsProgress,
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

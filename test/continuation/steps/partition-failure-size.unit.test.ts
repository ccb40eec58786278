/** The failure of a partitioned run as Temporal gets it: in bytes, whatever the partitions returned, kept and failed with. */
import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
} from '@temporalio/common';
import proto from '@temporalio/proto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyTally } from '../../../src/continuation/checkpoint.js';
import type {
  CarriedPartitions,
  PartitionResult,
} from '../../../src/continuation/steps/carried-partitions.js';
import { firstExecution } from '../../../src/continuation/steps/continuation.js';
import { partitionsFailed, resultsTooLarge } from '../../../src/continuation/steps/partition-results.js';

const temporalsLimit = 2 * 1024 * 1024;
const converter = new DefaultFailureConverter();

/** As it goes over the wire. */
const encoded = (error: Error) => converter.errorToFailure(error, defaultPayloadConverter);

const bytesOf = (error: Error): number =>
  proto.temporal.api.failure.v1.Failure.encode(encoded(error)).finish().length;

/** As a parent gets a child's failure: with what it came as, which the SDK sends again as it is. */
const arrived = (error: Error): Error => converter.failureToError(encoded(error), defaultPayloadConverter);

interface FailedWith {
  readonly returned: number;
  readonly details: number;
  readonly message: number;
  readonly trace: number;
}

const failureOf = (index: number, { returned, details, message, trace }: FailedWith) => {
  const own = ApplicationFailure.nonRetryable('m'.repeat(message), 'CardDeclined', 'd'.repeat(details));
  own.stack = 's'.repeat(trace);
  const ofActivity = new ActivityFailure(undefined, 'charge', '1', 'NON_RETRYABLE_FAILURE', 'worker', own);
  const place = { ...firstExecution, completed: [{ name: 'read', result: 'x'.repeat(returned) }] };
  const ofRun = ApplicationFailure.create({
    message: 'm'.repeat(message),
    type: 'CardDeclined',
    nonRetryable: true,
    details: [place],
    cause: ofActivity,
  });
  const execution = { workflowId: `run/${index + 1}`, runId: 'a' };
  const failure = arrived(
    new ChildWorkflowFailure('default', execution, 'work', 'NON_RETRYABLE_FAILURE', ofRun),
  );
  return { index, workflowId: execution.workflowId, failure };
};

const aDone = (index: number, bytes: number): PartitionResult => ({
  ...emptyTally,
  workflowId: `run/${index + 1}`,
  cursor: 7,
  executions: 1,
  result: 'x'.repeat(bytes),
});

const carriedBy = (done: readonly (PartitionResult | null)[], rangeBytes = 0): CarriedPartitions<string> => ({
  type: 'leftoff.carried-partitions',
  version: 1,
  ranges: done.map(() => 'r'.repeat(rangeBytes)),
  done,
  kept: done.map(() => null),
  executions: 1,
  chain: 'first-run',
});

const aPartition = fc.oneof(
  fc.record({ kind: fc.constant('done' as const), bytes: fc.nat(600_000) }),
  fc.record({
    kind: fc.constant('failed' as const),
    returned: fc.nat(1_000_000),
    details: fc.nat(400_000),
    message: fc.nat(100_000),
    trace: fc.nat(100_000),
  }),
);

type Partition = typeof aPartition extends fc.Arbitrary<infer P> ? P : never;

const runOf = (partitions: readonly Partition[], rangeBytes: number) => ({
  carried: carriedBy(
    partitions.map((each, i) => (each.kind === 'done' ? aDone(i, each.bytes) : null)),
    rangeBytes,
  ),
  failed: partitions.flatMap((each, i) => (each.kind === 'failed' ? [failureOf(i, each)] : [])),
});

const isPartitions = (detail: unknown): detail is CarriedPartitions<unknown> =>
  typeof detail === 'object' && detail !== null && 'kept' in detail;

describe('the failure of a partitioned run', () => {
  it('fits into what Temporal takes, whatever its partitions returned, kept and failed with', () => {
    fc.assert(
      fc.property(
        fc.array(aPartition, { minLength: 1, maxLength: 8 }),
        fc.nat(300_000),
        (partitions, rangeBytes) => {
          const { carried, failed } = runOf(partitions, rangeBytes);
          const failure = resultsTooLarge(carried) ?? partitionsFailed(failed, carried);

          expect(bytesOf(partitionsFailed(failed, carried))).toBeLessThan(temporalsLimit);
          expect(bytesOf(failure)).toBeLessThan(temporalsLimit);
        },
      ),
      // To shrink a failure of megabytes takes minutes.
      { numRuns: 30, endOnFailure: true },
    );
  });

  it('fits also where the partitions are partitioned runs themselves, on any number of levels', () => {
    const place = { returned: 900_000, details: 100_000, message: 10, trace: 10 };
    const level = (failure: Error) =>
      arrived(
        new ChildWorkflowFailure(
          'default',
          { workflowId: 'run/1' },
          'work',
          'NON_RETRYABLE_FAILURE',
          failure,
        ),
      );
    let innermost = failureOf(0, place).failure;

    for (let depth = 0; depth < 4; depth += 1) {
      const failed = [{ index: 0, workflowId: 'run/1', failure: innermost }, failureOf(1, place)];
      const failure = partitionsFailed(failed, carriedBy([null, null, aDone(2, 300_000)]));
      expect(bytesOf(failure)).toBeLessThan(temporalsLimit);
      innermost = level(failure);
    }
  });

  it('keeps two places and a megabyte of results, as far as nothing is too large', () => {
    const place = { returned: 200_000, details: 10, message: 10, trace: 10 };
    const done = Array.from({ length: 8 }, (_, i) => aDone(i, 120_000));
    const failed = [failureOf(8, place), failureOf(9, place)];

    const { details } = partitionsFailed(failed, carriedBy([...done, null, null]));

    const kept = details?.find(isPartitions);
    expect(kept?.kept.slice(8)).toEqual([
      expect.objectContaining({ type: 'leftoff.continuation' }),
      expect.objectContaining({ type: 'leftoff.continuation' }),
    ]);
    expect(kept?.done[7]).toEqual(aDone(7, 120_000));
  });

  it('says by its causes what the first failed partition’s Activity failed with, and keeps its place once', () => {
    const failed = [failureOf(0, { returned: 10, details: 4, message: 3, trace: 5 })];

    const failure = partitionsFailed(failed, carriedBy([null]));

    expect(encoded(failure).cause).toMatchObject({
      childWorkflowExecutionFailureInfo: { workflowExecution: { workflowId: 'run/1' } },
      cause: {
        message: 'mmm',
        applicationFailureInfo: { type: 'CardDeclined', nonRetryable: true, details: undefined },
        cause: {
          activityFailureInfo: { activityType: { name: 'charge' } },
          cause: { message: 'mmm', stackTrace: 'sssss', applicationFailureInfo: { type: 'CardDeclined' } },
        },
      },
    });
    expect(JSON.stringify(arrived(failure).cause)).not.toContain('leftoff.');
    expect(arrived(failure)).toMatchObject({ cause: { cause: { cause: { cause: { details: ['dddd'] } } } } });
  });
});

/** Jobs in steps that are cancelled, as a whole or in part, or start over, while a store keeps what their batches did. */
import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import type { Batch, BatchStart } from '../../../src/continuation/checkpoint.js';
import { batchOf, continuable, type Job, type Step } from '../../../src/continuation/steps/index.js';

export interface ChargingActivities {
  chargeBatch(from: BatchStart<number>): Promise<Batch<number>>;
}

const { chargeBatch } = proxyActivities<ChargingActivities>({
  startToCloseTimeout: '1 minute',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  // Much longer than anybody here waits.
  retry: { initialInterval: '1 hour' },
});

const charge = (job: Job) => job.step('charge', (step: Step<number>) => step.batches(chargeBatch));

export const charging = continuable<void>(charge);

/** Gives its charging ten minutes, in a scope of its own: what that cancels resumes the run. */
export const chargingInTime = continuable<void>(
  (job) =>
    job.step('charge', (step: Step<number>) =>
      CancellationScope.withTimeout('10 minutes', () => step.batches(chargeBatch)),
    ),
  { resumeWaitMs: 10 },
);

/** Is cancelled, and cleans up by batches that bring nothing, the first few dozen of them. */
export const undoingInVain = continuable<void>(async (job) => {
  const undo = () =>
    job.step('undo', (step: Step<number>) =>
      step.batches(async ({ generation }) => {
        await sleep(1_000);
        return batchOf<number>(null, { kind: generation > 40 ? 'finished' : 'advanced' });
      }),
    );
  await charge(job).catch(() => CancellationScope.nonCancellable(undo));
});

/** Charges anew where the prices have changed, from the first item on. */
export const chargingAnew = continuable<void>(charge, {
  restartOn: ({ cause }) => cause instanceof ApplicationFailure && cause.type === 'PricesChanged',
});

/** Is cancelled, and charges to the end all the same. */
export const chargingToTheEnd = continuable<void>(async (job) => {
  try {
    await charge(job);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => charge(job));
  }
});

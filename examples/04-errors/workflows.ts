/** What becomes of an error in steps: with progress the run resumes, without it waits ever longer, and at last it fails. */
import { ActivityFailure, ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import { continuable } from 'leftoff/steps';

const { deliver } = proxyActivities<{ deliver(stop: number): Promise<void> }>({
  startToCloseTimeout: '1 minute',
  // The job's own rules are to see each error.
  retry: { maximumAttempts: 1 },
});

export const deliverAll = continuable(
  (job, stops: number) =>
    job.step('deliver', { start: 1 }, async (step) => {
      while (step.cursor <= stops) {
        await deliver(step.cursor);
        await step.advance();
      }
    }),
  {
    resumeWaitMs: 5_000, // after an error with progress, as in Rails
    maximumSameErrors: 5, // the same error at the same cursor fails the run, which keeps its cursor
    maxResumptions: 50, // and so does being picked up too often, after errors, interruptions and lost workers
    restartOn: (failure) => typeOf(failure) === 'RouteChanged', // all done steps count for nothing any more
  },
);

const typeOf = (failure: Error): string | null | undefined =>
  failure instanceof ActivityFailure && failure.cause instanceof ApplicationFailure
    ? failure.cause.type
    : null;

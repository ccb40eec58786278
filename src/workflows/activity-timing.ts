/** How the jobs' Activities are timed and retried, from the run's profile. */
import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import type { Timing } from '../continuation/timing.js';

/**
 * For an Activity that heartbeats, as all of ours do: lost when its heartbeat stops, retried without end (the library counts
 * errors itself), and waited for on cancellation, so that its last checkpoint isn't lost.
 */
export function workingActivity(timing: Timing): ActivityOptions {
  return {
    startToCloseTimeout: '30 days',
    heartbeatTimeout: timing.heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: timing.retryInitialMs,
      backoffCoefficient: 2,
      maximumInterval: timing.retryMaximumMs,
    },
  };
}

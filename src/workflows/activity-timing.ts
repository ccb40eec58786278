/** How the jobs' Activities are timed and retried, from the run's profile. */
import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import type { Timing } from '../continuation/timing.js';

/**
 * For an Activity that works through items: lost when its heartbeat stops, retried without end (the library counts
 * errors itself), and waited for on cancellation, so that its last checkpoint isn't lost.
 */
export function workingActivity(timing: Timing): ActivityOptions {
  return {
    startToCloseTimeout: '30 days',
    heartbeatTimeout: timing.heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: retryWithoutEnd(timing),
  };
}

/** For an Activity that is one query: too short to heartbeat. */
export function queryingActivity(timing: Timing): ActivityOptions {
  return { startToCloseTimeout: timing.queryTimeoutMs, retry: retryWithoutEnd(timing) };
}

function retryWithoutEnd(timing: Timing) {
  return {
    initialInterval: timing.retryInitialMs,
    backoffCoefficient: 2,
    maximumInterval: timing.retryMaximumMs,
  };
}

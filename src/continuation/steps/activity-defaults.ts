/** How an Activity is timed and retried that keeps its place: every iteration, and every batch of a step. */
import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import { production, type Timing } from '../timing.js';

/**
 * For an Activity that heartbeats: lost when its heartbeat stops, retried without end (the library counts errors itself:
 * attempts are also spent by lost workers), and waited for on cancellation, so that its last checkpoint isn't lost.
 *
 * @param timing default: the production profile
 */
export function activityDefaults(timing: Timing = production): ActivityOptions {
  return {
    // The longest that one execution may take. A time limit that gives its place to others is the iteration's own to set.
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

/** Activities at once in a worker. More would each take connections and CPU of the same two cores; runs beyond it wait their turn. */
export const concurrentActivities = 20;

/**
 * Polls for Activities that a worker keeps open. A frozen worker's polls stay open, and each takes the work once more and keeps it for a
 * heartbeat timeout: with the SDK's ten the next worker may be kept waiting ten times. Two are plenty for Activities that run for seconds.
 */
export const activityPolls = 2;

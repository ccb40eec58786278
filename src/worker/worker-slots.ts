/** Activities at once in a worker. More would each take connections and CPU of the same two cores; runs beyond it wait their turn. */
export const concurrentActivities = 20;

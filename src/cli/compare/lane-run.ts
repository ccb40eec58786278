/** A lane's run over the orders, one a transaction, but for its id and its pace. */
import { jobIn, naiveOrders } from '../jobs.js';
import type { RunToStart } from '../start-run.js';
import type { Lane } from './lanes.js';

export function runOfLane(
  { pattern, store }: Pick<Lane, 'pattern' | 'store'>,
  settings: Pick<RunToStart, 'checkpointEvery' | 'timing'>,
): Omit<RunToStart, 'workflowId' | 'itemMs'> {
  return { ...(pattern === 'naive' ? naiveOrders : jobIn(pattern)), store, batchSize: 1, ...settings };
}

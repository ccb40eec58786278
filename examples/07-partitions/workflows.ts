/** A child Workflow a range, and an "all done" that sums them up. */
import { proxyActivities } from '@temporalio/workflow';
import { activityDefaults, iterate, partitioned } from 'leftoff/steps';
import type { Fee, FeeActivities, FeeInRange } from './activities.js';

const { divideAccounts } = proxyActivities<FeeActivities>(activityDefaults());

export const chargeFeeInRange = iterate<FeeInRange>('chargeFee');

export const chargeFee = partitioned({
  ranges: (fee: Fee) => divideAccounts(fee),
  child: 'chargeFeeInRange',
  input: (fee, range): FeeInRange => ({ ...fee, range }),
});

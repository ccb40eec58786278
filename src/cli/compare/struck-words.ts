/** What each fault does, in a word or two: how a lane stands that it fell on, `… at 23`. */
import type { FaultName } from '../../faults/fault-names.js';

export const struckWords: Readonly<Record<FaultName, string>> = {
  none: 'nothing',
  sigterm: 'stopped',
  sigkill: 'killed',
  zombie: 'frozen',
  'redis-stopped': 'Redis stopped',
  'redis-restarted': 'Redis killed',
  'redis-flushed': 'Redis emptied',
  'postgres-restarted': 'Postgres stopped',
  'postgres-cut': 'cut off',
  'postgres-slowed': 'slowed',
  'temporal-killed': 'Temporal killed',
  'poison-item': 'poisoned',
  'rows-changed': 'rows changed',
  'no-workers': 'killed',
  'new-version-compatible': 'new version',
  'new-version-incompatible': 'wrong version',
};

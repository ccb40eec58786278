/** The tables there are: how each is measured, and under which conditions. What they say of it is in table-texts.ts. */
import { checkpointCostConditions, measureCheckpointCost } from './checkpoint-cost.js';
import { historyConditions, measureHistory } from './history.js';
import type { Choice } from './measure-lanes.js';
import type { MeasuredLane, TableName } from './measurement.js';
import type { OwnStack } from './on-own-stack.js';
import { measurePeersRecovery, peersRecoveryConditions } from './peers/peers-recovery.js';
import { measurePeers, peersConditions } from './peers/peers-throughput.js';
import { requirePeers } from './peers/require-peers.js';
import { measureRecovery, recoveryConditions } from './recovery.js';
import { measureThroughput, throughputConditions } from './throughput.js';

interface MeasuredTable {
  /** Asked before a server is started. @throws UserError where something is missing that the table needs */
  readonly require?: () => void;
  readonly conditions: (choice: Choice) => Readonly<Record<string, string | number>>;
  readonly measure: (stack: OwnStack, choice: Choice) => Promise<MeasuredLane[]>;
}

export const tables: Readonly<Record<TableName, MeasuredTable>> = {
  throughput: { conditions: throughputConditions, measure: measureThroughput },
  'checkpoint-cost': { conditions: checkpointCostConditions, measure: measureCheckpointCost },
  recovery: { conditions: recoveryConditions, measure: measureRecovery },
  history: { conditions: historyConditions, measure: measureHistory },
  peers: { require: requirePeers, conditions: peersConditions, measure: measurePeers },
  'peers-recovery': {
    require: requirePeers,
    conditions: peersRecoveryConditions,
    measure: measurePeersRecovery,
  },
};

/** What is to be compared, under what, and how: what the flags come to. */
import type { CheckpointEvery } from '../../continuation/checkpoint-cadence.js';
import type { Timing } from '../../continuation/timing.js';
import type { FaultName } from '../../faults/fault-names.js';
import type { Lane } from './lanes.js';

export interface Plan {
  readonly lanes: readonly Lane[];
  /** Lanes that were not asked for by name are left out where something is missing; those that were are not. */
  readonly lanesAsked: boolean;
  readonly fault: FaultName;
  readonly at: number;
  readonly seed: number;
  /** In the runs under the fault. */
  readonly orders: number;
  readonly itemMs: number;
  readonly checkpointEvery: CheckpointEvery;
  readonly repeat: number;
  /** Null: as the server suggests, `demo` on the local one. */
  readonly profile: Timing['profile'] | null;
  /** Null: tuned, or as a running server has it. */
  readonly settings: 'tuned' | 'default' | null;
  readonly payments: 'none' | 'with-key' | 'without-key';
  /** At full speed, for the price; 0: it isn't measured. */
  readonly priceOrders: number;
  /** Seconds that it may all take; what the price is measured on is made smaller to keep to it. Null: as long as it takes. */
  readonly withinS: number | null;
}

/** What a run of process-orders is started with, in both patterns. */
import type { RowRange } from '../continuation/iteration/index.js';
import type { JobSettings } from './job-settings.js';

export interface ProcessOrders extends JobSettings {
  /** The part of the orders that is this partition's; left out: all. */
  readonly range?: RowRange;
}

/** What a run of generate-reports is started with, in both patterns. */
import type { CountedCustomerRange } from '../activities/generate-reports.js';
import type { JobSettings } from './job-settings.js';

export interface GenerateReports extends JobSettings {
  /** The part of the customers that is this partition's, with the selection that all partitions share; left out: all customers. */
  readonly range?: CountedCustomerRange;
}

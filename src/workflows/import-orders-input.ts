/** What a run of import-orders is started with, in both patterns. */
import type { JobSettings } from './job-settings.js';

export interface ImportOrders extends JobSettings {
  /** An absolute path, at which every worker sees the same file. */
  readonly file: string;
}

/** One line for a Worker's, Client's and bundle's options. Stands on Temporal's plugins, which are experimental. */
export { production, type Timing } from '../timing.js';
export { BundleWithoutConverterError } from './compose-data-converter.js';
export type { Finding, ReportFinding } from './finding.js';
export { ActivityNameTakenError, type LeftoffOptions, LeftoffPlugin, leftoff } from './leftoff-plugin.js';
export type { RecoverySetting } from './recovery-settings.js';

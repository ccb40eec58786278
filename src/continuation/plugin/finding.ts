/** What the plugin has to say of a Worker's, Client's or Activity's own options. None of it stops anything. */
import type { Duration } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import type { RecoverySetting } from './recovery-settings.js';

export type Finding =
  /** The Worker's own option is kept; `message` says what it costs. */
  | {
      readonly kind: 'setting overridden';
      readonly setting: RecoverySetting;
      readonly own: Duration;
      readonly recommendedMs: number;
      readonly message: string;
    }
  /** The user's payload converter is kept: bigint and Date travel as it writes them. */
  | { readonly kind: 'own payload converter'; readonly message: string }
  /** An iteration or a batch was scheduled so that a lost worker is noticed late, or may end the run. */
  | { readonly kind: 'activity options'; readonly activityType: string; readonly message: string };

export type ReportFinding = (finding: Finding) => void;

/** As a warning, through the logger of the process' Runtime. */
export function warnOf(finding: Finding): void {
  const { message, ...facts } = finding;
  Runtime.instance().logger.warn(message, { plugin: 'leftoff', ...facts });
}

/** Says each thing once, however many Workers, Clients and attempts it is found at. */
export function once(report: ReportFinding): ReportFinding {
  const said = new Set<string>();
  return (finding) => {
    if (said.has(finding.message)) return;
    said.add(finding.message);
    report(finding);
  };
}

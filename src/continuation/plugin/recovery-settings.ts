/**
 * The Worker's settings that decide how soon a run goes on after its worker was stopped or lost, and what is met again.
 *
 * R1  A setting that the Worker's own options leave out is set by the profile (`timing.ts`).
 * R2  One that they have is kept, and told with what it costs, wherever it differs.
 */
import type { Duration } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { Timing } from '../timing.js';
import type { Finding } from './finding.js';

export type RecoverySetting =
  | 'shutdownGraceTime'
  | 'shutdownForceTime'
  | 'stickyQueueScheduleToStartTimeout'
  | 'maxHeartbeatThrottleInterval'
  | 'defaultHeartbeatThrottleInterval';

/** Milliseconds, each. */
export type RecoverySettings = Readonly<Record<RecoverySetting, number>>;

/** What of a Worker's options is looked at. */
export type OwnSettings = { readonly [S in RecoverySetting]?: Duration | undefined };

export function recoverySettings(timing: Timing): RecoverySettings {
  return {
    // Activities hear of a stop at once: what they do with the rest of the time is end their item and keep the place.
    shutdownGraceTime: 0,
    shutdownForceTime: timing.shutdownMs,
    stickyQueueScheduleToStartTimeout: timing.stickyTimeoutMs,
    maxHeartbeatThrottleInterval: timing.heartbeatThrottleMs,
    defaultHeartbeatThrottleInterval: timing.heartbeatThrottleMs,
  };
}

/** The settings to run with, and what to tell of those that the user's own options override. */
export function settleRecovery(
  own: OwnSettings,
  timing: Timing,
): {
  readonly settings: { readonly [S in RecoverySetting]: Duration };
  readonly findings: readonly Finding[];
} {
  const recommended = recoverySettings(timing);
  const findings: Finding[] = [];
  const settle = (setting: RecoverySetting): Duration => {
    const recommendedMs = recommended[setting];
    const value = own[setting];
    if (value === undefined) return recommendedMs;
    const ownMs = msToNumber(value);
    if (ownMs !== recommendedMs)
      findings.push(
        overridden(setting, value, recommendedMs, costs[setting](inWords(ownMs), ownMs > recommendedMs)),
      );
    return value;
  };
  const settings = {
    shutdownGraceTime: settle('shutdownGraceTime'),
    shutdownForceTime: settle('shutdownForceTime'),
    stickyQueueScheduleToStartTimeout: settle('stickyQueueScheduleToStartTimeout'),
    maxHeartbeatThrottleInterval: settle('maxHeartbeatThrottleInterval'),
    defaultHeartbeatThrottleInterval: settle('defaultHeartbeatThrottleInterval'),
  };
  return { settings, findings };
}

function overridden(setting: RecoverySetting, own: Duration, recommendedMs: number, cost: string): Finding {
  const message = `The Worker's own ${setting} (${inWords(msToNumber(own))}) stands where Leftoff would set ${inWords(recommendedMs)}: ${cost}.`;
  return { kind: 'setting overridden', setting, own, recommendedMs, message };
}

/** What a value longer, or shorter, than the recommended one costs. */
const costs: Readonly<Record<RecoverySetting, (own: string, longer: boolean) => string>> = {
  shutdownGraceTime: (own) =>
    `Activities go on for ${own} after a stop before they hear of it, and that time is missing for the item in hand`,
  shutdownForceTime: (own, longer) =>
    longer
      ? `an item that hangs holds up the Worker's end for ${own}`
      : `an item that takes longer than ${own} is left at a stop, and met again`,
  stickyQueueScheduleToStartTimeout: (own, longer) =>
    longer
      ? `a killed worker's runs wait ${own} before another worker takes their next Workflow Task`
      : `a worker that is busy for more than ${own} loses its cached Workflows, which are replayed`,
  maxHeartbeatThrottleInterval: (own, longer) =>
    longer
      ? `after a kill up to ${own} of items is met again, and a cancellation arrives that late`
      : `each running Activity calls the server every ${own}`,
  defaultHeartbeatThrottleInterval: (own, longer) =>
    longer
      ? `the same for Activities without a heartbeat timeout: up to ${own} of items is met again`
      : `each Activity without a heartbeat timeout calls the server every ${own}`,
};

function inWords(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
}

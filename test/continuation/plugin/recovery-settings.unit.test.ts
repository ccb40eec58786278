import { describe, expect, it } from 'vitest';
import type { OwnSettings } from '../../../src/continuation/plugin/recovery-settings.js';
import { recoverySettings, settleRecovery } from '../../../src/continuation/plugin/recovery-settings.js';
import { demo, production } from '../../../src/continuation/timing.js';

const messagesFor = (own: OwnSettings) =>
  settleRecovery(own, production).findings.map(({ message }) => message);

describe('recovery settings', () => {
  it.each([production, demo])('are the profile’s where the Worker says none: $profile', (timing) => {
    const { settings, findings } = settleRecovery({}, timing);

    expect(settings).toEqual({
      shutdownGraceTime: 0,
      shutdownForceTime: timing.shutdownMs,
      stickyQueueScheduleToStartTimeout: timing.stickyTimeoutMs,
      maxHeartbeatThrottleInterval: timing.heartbeatThrottleMs,
      defaultHeartbeatThrottleInterval: timing.heartbeatThrottleMs,
    });
    expect(findings).toEqual([]);
  });

  it('keep one that the Worker’s own options have, and name it, both values and the cost', () => {
    const { settings, findings } = settleRecovery({ stickyQueueScheduleToStartTimeout: '10s' }, production);

    expect(settings.stickyQueueScheduleToStartTimeout).toBe('10s');
    expect(findings).toEqual([
      {
        kind: 'setting overridden',
        setting: 'stickyQueueScheduleToStartTimeout',
        own: '10s',
        recommendedMs: 2_000,
        message:
          "The Worker's own stickyQueueScheduleToStartTimeout (10 s) stands where Leftoff would set 2 s: a killed worker's runs wait 10 s before another worker takes their next Workflow Task.",
      },
    ]);
  });

  it.each<[OwnSettings, RegExp]>([
    [{ shutdownGraceTime: '5s' }, /Activities go on for 5 s after a stop/],
    [{ shutdownForceTime: '1s' }, /longer than 1 s is left at a stop/],
    [{ shutdownForceTime: '1h' }, /holds up the Worker's end for 3600 s/],
    [{ stickyQueueScheduleToStartTimeout: 100 }, /busy for more than 100 ms/],
    [{ maxHeartbeatThrottleInterval: '60s' }, /up to 60 s of items is met again/],
    [{ maxHeartbeatThrottleInterval: 10 }, /calls the server every 10 ms/],
    [{ defaultHeartbeatThrottleInterval: '30s' }, /without a heartbeat timeout: up to 30 s/],
    [{ defaultHeartbeatThrottleInterval: 10 }, /without a heartbeat timeout calls the server every 10 ms/],
  ])('tell what an own value costs: %j', (own, cost) => {
    expect(messagesFor(own)).toEqual([expect.stringMatching(cost)]);
  });

  it('say nothing of an own value that is the recommended one, however it is written', () => {
    expect(messagesFor(recoverySettings(production))).toEqual([]);
    expect(messagesFor({ stickyQueueScheduleToStartTimeout: '2s', shutdownGraceTime: '0s' })).toEqual([]);
  });
});

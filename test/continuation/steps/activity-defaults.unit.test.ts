import { describe, expect, it } from 'vitest';
import { activityDefaults, production } from '../../../src/continuation/steps/index.js';
import { demo } from '../../../src/continuation/timing.js';

describe('activity defaults', () => {
  it('limit no attempts, notice a lost worker by its heartbeat, and wait for the last checkpoint of a cancelled one', () => {
    const defaults = activityDefaults();

    expect(defaults.retry).not.toHaveProperty('maximumAttempts');
    expect(defaults.heartbeatTimeout).toBe(production.heartbeatTimeoutMs);
    expect(defaults.cancellationType).toBe('WAIT_CANCELLATION_COMPLETED');
  });

  it('take the timing of a profile', () => {
    expect(activityDefaults(demo)).toMatchObject({
      heartbeatTimeout: demo.heartbeatTimeoutMs,
      retry: { initialInterval: demo.retryInitialMs, maximumInterval: demo.retryMaximumMs },
    });
  });
});

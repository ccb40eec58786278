import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/stack/environment.js';
import { UserError } from '../../src/user-error.js';
import { observation, observationFlags } from '../../src/worker/observation.js';

const observed = (flags: Parameters<typeof observation>[0], variables: Record<string, string> = {}) =>
  observation(flags, readEnvironment(variables));

describe('how a worker is observed', () => {
  it('is not at all, unless somebody says so', () => {
    expect(observed({})).toEqual({ metricsAddress: null, trace: false });
  });

  it('is said by its environment, and before that by its flags', () => {
    const variables = { LEFTOFF_METRICS: '9464', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

    expect(observed({}, variables)).toEqual({ metricsAddress: '127.0.0.1:9464', trace: true });
    expect(observed({ metrics: '9465' }, variables).metricsAddress).toBe('127.0.0.1:9465');
    expect(observed({ trace: true }).trace).toBe(true);
  });

  it('is not traced where OpenTelemetry is switched off', () => {
    const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' };

    expect(observed({}, variables).trace).toBe(false);
  });

  it('refuses an address that is none as wrong usage', () => {
    expect(() => observed({ metrics: 'soon' })).toThrow(UserError);
  });

  it('is handed on to a process of its own', () => {
    expect(observationFlags({ metricsAddress: '127.0.0.1:9464', trace: true })).toEqual([
      '--metrics',
      '127.0.0.1:9464',
      '--trace',
    ]);
    expect(observationFlags({ metricsAddress: null, trace: false })).toEqual([]);
  });
});

import type { MeasuredLane, Measurement } from '../../../src/cli/bench/measurement.js';

export const aLane = (more: Partial<MeasuredLane> = {}): MeasuredLane => ({
  ...{
    lane: 'bare loop',
    settings: 'tuned',
    profile: 'demo',
    baseline: null,
    ms: [100],
    facts: { orders: 100 },
  },
  ...more,
});

export const aMeasurement = (lanes: readonly MeasuredLane[]): Measurement => ({
  table: 'throughput',
  command: 'npx leftoff bench throughput',
  repeat: 2,
  quick: false,
  measuredAt: '2026-01-02T03:04:05.000Z',
  commit: 'abcdef0123',
  machine: { cpu: 'A CPU', cores: 2, memoryGb: 8, platform: 'linux x64' },
  versions: { 'Node.js': 'v20.19.0', PostgreSQL: '18.4' },
  conditions: { orders: 50_000 },
  lanes: [...lanes],
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMeasurements } from '../../../src/cli/bench/benchmark-files.js';
import { layOut } from '../../../src/cli/bench/lay-out.js';
import { renderBenchmarks } from '../../../src/cli/bench/render-benchmarks.js';
import { projectRoot } from '../../../src/stack/environment.js';
import { aLane, aMeasurement } from './a-measurement.js';

const step = { lane: 'step, every 100', baseline: 'bare loop' };

const cellOf = ({ head, rows }: ReturnType<typeof layOut>, lane: string, title: string) =>
  rows.find(([name]) => name === lane)?.[head.indexOf(title)];

describe('a table of benchmarks', () => {
  it('compares a lane with what was measured in the same round, and not with the median of all', () => {
    const laidOut = layOut(aMeasurement([aLane({ ms: [100, 400] }), aLane({ ...step, ms: [200, 400] })]));

    expect(cellOf(laidOut, 'step, every 100', 'times its bare loop, tuned')).toBe('1.500 (1.000–2.000)');
  });

  it("shows the dev server's own settings beside the tuned ones, each against its own baseline", () => {
    const laidOut = layOut(
      aMeasurement([
        aLane(),
        aLane({ ...step, ms: [110] }),
        aLane({ settings: 'default', ms: [200] }),
        aLane({ ...step, settings: 'default', ms: [500] }),
      ]),
    );

    expect(laidOut.rows).toHaveLength(2);
    expect(cellOf(laidOut, 'step, every 100', 'times its bare loop, tuned')).toBe('1.100');
    expect(cellOf(laidOut, 'step, every 100', 'times its bare loop, default')).toBe('2.500');
  });

  it('tells the checkpoints of each of the settings: at auto they go with the round trip', () => {
    const auto = { lane: 'step, auto' };

    const laidOut = layOut(
      aMeasurement([
        aLane({ ...auto, facts: { orders: 100, checkpoints: 40 } }),
        aLane({ ...auto, settings: 'default', facts: { orders: 100, checkpoints: 9 } }),
      ]),
    );

    expect(cellOf(laidOut, 'step, auto', 'checkpoints, tuned')).toBe('40');
    expect(cellOf(laidOut, 'step, auto', 'checkpoints, default')).toBe('9');
  });

  it('tells profiles apart where there are several', () => {
    const laidOut = layOut(aMeasurement([aLane(), aLane({ profile: 'production' })]));

    expect(laidOut.rows.map(([, profile]) => profile)).toEqual(['demo', 'production']);
  });

  it('divides what a checkpoint costs more by the checkpoints that were kept more', () => {
    const lanes = [
      aLane({ lane: 'effect alone', ms: [100] }),
      aLane({ lane: 'Redis SET', baseline: 'effect alone', ms: [150], facts: { checkpoints: 100 } }),
    ];

    const laidOut = layOut({ ...aMeasurement(lanes), table: 'checkpoint-cost' });

    expect(cellOf(laidOut, 'Redis SET', 'ms a checkpoint, tuned')).toBe('0.500');
    expect(cellOf(laidOut, 'effect alone', 'ms a checkpoint, tuned')).toBe('–');
  });
});

describe('the page of benchmarks', () => {
  it('names commit, versions, machine, profile, conditions, command and raw samples of each table', () => {
    const page = renderBenchmarks([aMeasurement([aLane()])]);

    for (const words of [
      'Commit abcdef0123, 2026-01-02; A CPU, 2 cores, 8 GB, linux x64.',
      'Node.js 20.19.0, PostgreSQL 18.4.',
      'Profile demo; orders: 50,000.',
      '`npx leftoff bench throughput`',
      '[benchmarks/throughput.json](benchmarks/throughput.json)',
    ])
      expect(page).toContain(words);
  });

  it('says of a quick run that it is not to be quoted', () => {
    const measurement = aMeasurement([aLane()]);

    expect(renderBenchmarks([{ ...measurement, quick: true }])).toContain('not to be quoted');
    expect(renderBenchmarks([measurement])).not.toContain('not to be quoted');
  });

  it('is what its raw samples come to, and nothing else', async () => {
    const page = join(projectRoot(), 'docs', 'benchmarks.md');

    expect(await readFile(page, 'utf8')).toBe(renderBenchmarks(await readMeasurements(page)));
  });
});

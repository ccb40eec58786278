import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { judgeClaims } from '../../../src/cli/compare/claims.js';
import { comparisonSchema } from '../../../src/cli/compare/comparison.js';
import { comparisonPage } from '../../../src/cli/compare/comparison-page.js';
import { describeComparison, describeGuarantees } from '../../../src/cli/compare/describe-comparison.js';
import { lanes } from '../../../src/cli/compare/lanes.js';
import { aComparison, aLane, once } from './some-lanes.js';

const spread = { median: 12_345, lowest: 10_001, highest: 61_234, n: 5 };
const overheadSpread = { median: 12.34, lowest: 10.01, highest: 61.23, n: 5 };
const recovery = { detectedMs: 61_234, workerReadyMs: 61_235, dispatchedMs: null, firstEffectMs: 62_000 };
const wide = aComparison({
  priceOrders: 1_000_000,
  lanes: lanes.map(({ name }) =>
    aLane(name, {
      ...{ durationMs: 61_234, revisited: 61, recoveryMs: 12_345, recoverySpread: spread, recovery },
      ...{ overhead: 12.34, overheadSpread, checkpointMs: 12.3, historyBytes: 999_999, note: 'so it is' },
      payments: { calls: 1_000, deduplicated: 10, doubled: 3, key: 'run and order' },
    }),
  ),
});

describe('a comparison in words', () => {
  it('fits 100 columns, however large its numbers', () => {
    const lines = stripVTControlCharacters(`${describeComparison(wide)}\n${describeGuarantees()}`).split(
      '\n',
    );

    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(100);
  });

  it('has a dash for what was not seen or measured', () => {
    expect(describeComparison(aComparison())).toMatch(/^step +4\.0 s +23 +20 +3 ≤ 10 +0 +0 +–$/m);
  });

  it('tells what a lane costs beside the loop that it is measured against', () => {
    const fenced = aLane('step/postgres', { overhead: 1.3, overheadSpread: once(1.3) });

    expect(describeComparison(aComparison({ priceOrders: 500, lanes: [fenced] }))).toMatch(
      /^step\/postgres +1\.30 × +– +bare loop with a cursor row$/m,
    );
  });

  it('is a page with the same numbers, and what they were measured on', () => {
    const page = comparisonPage([{ file: 'comparison/sigkill.json', comparison: wide }]);

    expect(page).toContain('| step | 61.2 s | 23 | 20 | 61 ≤ 10 | 0 | 0 | 12.3 s |');
    expect(page).toContain('Raw: [comparison/sigkill.json](comparison/sigkill.json)');
    expect(page).toContain('a processor, 2 cores, 8 GB, linux x64');
    expect(page).toContain('## Not claimed here');
  });

  it('survives its way through JSON', () => {
    expect(comparisonSchema.parse(JSON.parse(JSON.stringify(wide)))).toEqual(wide);
  });
});

describe('what a checkpoint is said to cost', () => {
  it.each([
    [7, 'no more than that here'],
    [0.4, 'it costs less here'],
    [30, 'not told: bench checkpoint-cost'],
  ])('is judged by what was measured: %s ms in a database', (checkpointMs, verdict) => {
    const measured = aLane('enumerator/postgres', { checkpointMs, overhead: 1.5 });

    expect(judgeClaims([measured])).toEqual([expect.objectContaining({ verdict })]);
  });

  it('is neither confirmed nor denied where nothing was measured', () => {
    expect(judgeClaims([aLane('enumerator/redis')])[0]?.verdict).toBe('not measured');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenInvariants, type Evidence } from '../../bench/soak/check-run.js';
import { growthOf } from '../../bench/soak/growth.js';
import { planRun } from '../../bench/soak/plan-run.js';
import { readOptions } from '../../bench/soak/read-options.js';

const seeds = fc.integer({ min: 0, max: 1_000_000 });

const aGoodEnd: Evidence = {
  state: 'completed',
  lost: 0,
  doubled: 0,
  counted: { byRun: 300, byTables: 300 },
  revisited: { byRun: 4, byTables: 5 },
  revisitBound: 5,
  events: [1_001, 40],
  done: [0, 10, 10, 300],
  stored: 0,
  workersLeft: 0,
  endedByThemselves: [],
};

describe('a plan of the soak', () => {
  it('is the same for the same seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(planRun(seed)).toEqual(planRun(seed));
      }),
    );
  });

  it('has three to six faults, each further on than the last, and all before the last item', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { faults, items } = planRun(seed);
        const places = faults.map(({ at }) => at);
        expect(faults.length).toBeGreaterThanOrEqual(3);
        expect(faults.length).toBeLessThanOrEqual(6);
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        expect(places.at(-1)).toBeLessThan(items);
      }),
    );
  });

  it('has, over many seeds, every pattern, store, job and kind of fault', () => {
    const plans = Array.from({ length: 400 }, (_, seed) => planRun(seed));
    const kinds = (of: (plan: (typeof plans)[number]) => readonly string[]) =>
      new Set(plans.flatMap(of)).size;

    expect(kinds(({ pattern }) => [pattern])).toBe(2);
    expect(kinds(({ store }) => [store])).toBe(3);
    expect(kinds(({ job }) => [job])).toBe(3);
    expect(kinds(({ faults }) => faults.map(({ name }) => name))).toBe(10);
  });
});

describe('the flags of a soak', () => {
  it('say for how long, how often, from which seed and into which file', () => {
    expect(readOptions(['--minutes', '0.5', '--runs', '3', '--seed', '0', '--out', 'runs.jsonl'])).toEqual({
      ...{ minutes: 0.5, runs: 3, seed: 0, out: 'runs.jsonl' },
    });
    expect(readOptions([])).toEqual({ minutes: 60, runs: null, seed: null, out: null });
  });

  it.each([
    ['--minutes', 'an-hour'],
    ['--minutes', '0'],
    ['--runs', '0'],
    ['--runs', 'few'],
    ['--seed', '1.5'],
    ['--seeds', '1'],
  ])('are refused where nothing would be played, or not what was meant: %s %s', (flag, value) => {
    expect(() => readOptions([flag, value])).toThrow(flag);
  });
});

describe('the invariants after a run', () => {
  it('hold for a run that lost and doubled nothing and met no more again than it may', () => {
    expect(brokenInvariants(planRun(1), aGoodEnd)).toEqual([]);
  });

  it.each<[string, Partial<Evidence>]>([
    ['an order that was lost', { lost: 1 }],
    ['an order that was charged twice', { doubled: 1 }],
    ['a run that did not complete', { state: 'failed: no further attempt' }],
    ['counts that are not those of the tables', { counted: { byRun: 299, byTables: 300 } }],
    ['more met again than the bound', { revisited: { byRun: 6, byTables: 6 } }],
    ['more counted as met again than the tables have', { revisited: { byRun: 5, byTables: 4 } }],
    ['an execution beyond the limit of history', { events: [1_301] }],
    ['a checkpoint behind the one before it', { done: [10, 9] }],
    ['a checkpoint left in a store', { stored: 1 }],
    ['a worker left', { workersLeft: 1 }],
    ['a worker that ended by itself', { endedByThemselves: ['worker 7 ended by itself (exit code 1)'] }],
  ])('are broken by %s', (_, change) => {
    expect(brokenInvariants(planRun(1), { ...aGoodEnd, ...change })).toHaveLength(1);
  });
});

describe('growth over a soak', () => {
  const flat = Array.from({ length: 30 }, (_, run) => 100 + (run % 3));

  it('is seen where the last third lies beyond the tolerance over the first', () => {
    const rising = flat.map((value, run) => value + run * 5);

    expect(growthOf(rising, { share: 0.25, least: 10 })).toMatchObject({ grew: true });
    expect(growthOf(flat, { share: 0.25, least: 10 })).toMatchObject({ grew: false });
  });

  it('is not told from too few runs', () => {
    expect(growthOf([100, 200, 300], { share: 0, least: 0 })).toMatchObject({ grew: false });
  });
});

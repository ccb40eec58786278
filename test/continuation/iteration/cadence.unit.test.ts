import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CadenceBounds,
  type CadenceInForce,
  defaultBounds,
  intervalMs,
  showCadence,
} from '../../../src/continuation/checkpoint-cadence.js';
import { Cadence } from '../../../src/continuation/iteration/cadence.js';

interface Played {
  /** The work between two checkpoints, in milliseconds: what a kill right before the second would have had done again. */
  readonly workMs: number[];
  readonly items: number[];
  /** The interval in force before each checkpoint. */
  readonly everyMs: number[];
  readonly end: CadenceInForce;
}

/** Works items off against a clock that only their work and the checkpoints move. */
function play(
  itemsMs: Iterable<number>,
  costMs: (checkpoint: number) => number,
  bounds: CadenceBounds = defaultBounds,
): Played {
  let nowMs = 0;
  const cadence = new Cadence(bounds, nowMs);
  const played = { workMs: [] as number[], items: [] as number[], everyMs: [] as number[] };
  let beganMs = nowMs;
  let items = 0;
  for (const itemMs of itemsMs) {
    nowMs += itemMs;
    items += 1;
    cadence.advanced(nowMs, 1);
    if (!cadence.isDue) continue;
    played.workMs.push(nowMs - beganMs);
    played.items.push(items);
    played.everyMs.push(cadence.inForce.everyMs);
    cadence.worked();
    const cost = costMs(played.workMs.length);
    nowMs += cost;
    cadence.checkpointed(cost);
    cadence.begin(nowMs);
    beganMs = nowMs;
    items = 0;
  }
  return { ...played, end: cadence.inForce };
}

function alike(count: number, itemMs: number): number[] {
  return Array<number>(count).fill(itemMs);
}

const anyBounds = fc.record({
  redoMs: fc.integer({ min: 10, max: 10_000 }),
  overhead: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
});
const anyItems = fc.array(fc.oneof(fc.double({ min: 0, max: 50, noNaN: true }), fc.constant(0)), {
  minLength: 1,
  maxLength: 2_000,
  // Long ones: a short run has no second checkpoint.
  size: 'max',
});
const anyCosts = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('the interval between two checkpoints', () => {
  it('lies within both bounds where both can be kept', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), anyBounds, (costMs, bounds) => {
        const every = intervalMs(costMs, bounds);
        const leastMs = costMs / bounds.overhead;
        expect(every).toBeLessThanOrEqual(bounds.redoMs);
        if (leastMs <= bounds.redoMs) expect(every).toBeGreaterThanOrEqual(leastMs * (1 - 1e-9));
      }),
    );
  });

  it('is Young’s optimum for a mean time between failures of redoMs / (2 * overhead)', () => {
    const { redoMs, overhead } = defaultBounds;
    const meanTimeMs = redoMs / (2 * overhead);

    expect(meanTimeMs).toBe(25_000);
    expect(intervalMs(12, defaultBounds)).toBeCloseTo(Math.sqrt(2 * 12 * meanTimeMs));
  });

  it('keeps the bound of redone work where a checkpoint costs too much for both', () => {
    expect(intervalMs(600, defaultBounds)).toBe(1_000);
  });
});

describe('checkpoints by time', () => {
  it('have at most redoMs of work done again, and the item in hand where that takes longer than any did lately', () => {
    fc.assert(
      fc.property(anyItems, anyCosts, anyBounds, (items, costs, bounds) => {
        const { workMs } = play(items, (n) => costs[n % costs.length] ?? 0, bounds);
        const slowest = Math.max(...items);
        for (const ms of workMs) expect(ms).toBeLessThan(bounds.redoMs + slowest + 1e-6);
      }),
    );
  });

  it('keep redoMs by itself where items are alike', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 20, noNaN: true }), anyCosts, (itemMs, costs) => {
        const { workMs } = play(alike(3_000, itemMs), (n) => costs[n % costs.length] ?? 0);
        for (const ms of workMs) expect(ms).toBeLessThanOrEqual(defaultBounds.redoMs + 1e-6);
      }),
    );
  });

  it('cover an item at the least, also where one takes longer than redoMs, and where it takes no time', () => {
    expect(play(alike(5, 3_000), () => 10).items).toEqual([1, 1, 1, 1, 1]);
    fc.assert(
      fc.property(anyItems, anyCosts, (items, costs) => {
        for (const count of play(items, (n) => costs[n % costs.length] ?? 0).items)
          expect(count).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('are never due where nothing was done', () => {
    const cadence = new Cadence(defaultBounds, 0);
    cadence.begin(5_000);

    expect(cadence.isDue).toBe(false);
  });

  it('end at once at an item that suddenly takes long, whatever the items before took', () => {
    const items = [...alike(3_000, 1), 900, ...alike(100, 1)];

    const { workMs } = play(items, () => 12);

    const before = intervalMs(12, defaultBounds);
    expect(Math.max(...workMs)).toBeLessThanOrEqual(before + 900);
    expect(workMs.filter((ms) => ms > before + 1)).toHaveLength(1);
  });

  it('come as often in time where items change their cost in mid-run, and cover as many more or fewer of them', () => {
    const { workMs, items } = play([...alike(20_000, 1), ...alike(2_000, 10)], () => 12);

    const settled = workMs.slice(5);
    for (const ms of settled) expect(Math.abs(ms - intervalMs(12, defaultBounds))).toBeLessThan(11);
    expect(Math.max(...items) / (items.at(-1) ?? 0)).toBeGreaterThan(8);
  });

  it('are not misled by a first item that is slow', () => {
    const cold = play([800, ...alike(20_000, 1)], () => 12);
    const warm = play(alike(20_000, 1), () => 12);

    expect(cold.end.everyMs).toBe(warm.end.everyMs);
    expect(cold.items.at(-1)).toBe(warm.items.at(-1));
  });
});

describe('what a checkpoint costs', () => {
  it('lets the interval grow to twice its size with each, and no faster', () => {
    fc.assert(
      fc.property(anyItems, anyCosts, anyBounds, (items, costs, bounds) => {
        const { everyMs } = play(items, (n) => costs[n % costs.length] ?? 0, bounds);
        everyMs.forEach((every, i) => {
          const before = everyMs[i - 1];
          if (before !== undefined) expect(every).toBeLessThanOrEqual(Math.max(before, 0.1) * 2 + 0.01);
        });
      }),
    );
  });

  it('is reached by doubling, from a tenth of the work that may be done again', () => {
    const { everyMs } = play(alike(10_000, 1), () => 500);

    expect(everyMs.slice(0, 6)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('does not make the interval swing while it stays about the same', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 10, max: 14, noNaN: true }), { minLength: 5 }), (costs) => {
        const { everyMs } = play(alike(30_000, 1), (n) => costs[n % costs.length] ?? 12);
        for (const every of everyMs.slice(5)) {
          expect(every).toBeGreaterThanOrEqual(intervalMs(10, defaultBounds) - 0.01);
          expect(every).toBeLessThanOrEqual(intervalMs(14, defaultBounds) + 0.01);
        }
      }),
    );
  });

  it('is taken up with the third checkpoint where it becomes fifty times as much, and the bound of redone work stays', () => {
    const { everyMs, workMs, end } = play(alike(30_000, 1), (n) => (n < 20 ? 2 : 100));

    expect(everyMs[19]).toBeCloseTo(intervalMs(2, defaultBounds), 1);
    expect(everyMs[20]).toBeCloseTo(intervalMs(2, defaultBounds), 1);
    expect(everyMs[22]).toBeGreaterThan(intervalMs(2, defaultBounds) * 1.9);
    expect(end.everyMs).toBe(1_000);
    expect(Math.max(...workMs)).toBeLessThanOrEqual(1_001);
  });

  it('changes nothing where one checkpoint alone waited a minute for its worker', () => {
    const { everyMs } = play(alike(30_000, 1), (n) => (n === 20 ? 60_000 : 12));

    expect(new Set(everyMs.slice(6))).toEqual(new Set([everyMs[10]]));
  });

  it('goes on from what was learnt before', () => {
    const before = play(alike(20_000, 1), () => 12).end;

    const cadence = new Cadence(defaultBounds, 0, { learnt: before });

    expect(cadence.inForce).toEqual(before);
    const narrower = new Cadence({ ...defaultBounds, redoMs: 100 }, 0, { learnt: before });
    expect(narrower.inForce.everyMs).toBe(100);
  });

  it('is not told to be shorter than what its checkpoints are made in', () => {
    const cadence = new Cadence(defaultBounds, 0, { leastMs: 100 });

    cadence.checkpointed(0.01);

    expect(cadence.inForce.everyMs).toBe(100);
  });
});

describe('a cadence in force', () => {
  it('is shown by the items that it covers, and the share that checkpoints cost', () => {
    expect(showCadence({ everyMs: 900, itemMs: 1.875, costsMs: [90, 12, 11, 13, 12] })).toEqual({
      everyMs: 900,
      items: 480,
      itemMs: 1.875,
      checkpointMs: 12,
      overhead: 0.0133,
    });
  });

  it('covers an item where that takes longer than the interval', () => {
    expect(showCadence({ everyMs: 100, itemMs: 3_000, costsMs: [30] })).toMatchObject({
      ...{ items: 1, everyMs: 3_000, overhead: 0.01 },
    });
  });

  it('says what it does not know yet', () => {
    expect(showCadence({ everyMs: 100, itemMs: null, costsMs: [] })).toEqual({
      ...{ everyMs: 100, items: null, itemMs: null, checkpointMs: null, overhead: null },
    });
  });
});

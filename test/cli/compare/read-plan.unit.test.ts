import { describe, expect, it } from 'vitest';
import { ordersThatFit } from '../../../src/cli/compare/choose-orders.js';
import { type CompareFlags, readPlan } from '../../../src/cli/compare/read-plan.js';

const asked = (flags: Partial<CompareFlags> = {}): CompareFlags => ({
  ...{ fault: 'sigkill', checkpointEvery: 10, payments: 'none' },
  ...flags,
});

describe('what is to be compared', () => {
  it('is all lanes under SIGKILL at order 23, unless something else is asked for', () => {
    expect(readPlan(asked())).toMatchObject({ fault: 'sigkill', at: 23, orders: 61, lanesAsked: false });
    expect(readPlan(asked()).lanes).toHaveLength(6);
  });

  it('falls at the same order for the same seed, and elsewhere for others', () => {
    const places = Array.from({ length: 20 }, (_, seed) => readPlan(asked({ seed })).at);

    expect(places).toEqual(Array.from({ length: 20 }, (_, seed) => readPlan(asked({ seed })).at));
    expect(new Set(places).size).toBeGreaterThan(5);
    for (const place of places) expect(place).toBeGreaterThan(1);
  });

  it('falls where it is told to, whatever the seed', () => {
    expect(readPlan(asked({ at: 40, seed: 7 })).at).toBe(40);
  });

  it('falls within the orders that there are', () => {
    expect(readPlan(asked({ orders: 10 })).at).toBe(9);
    expect(() => readPlan(asked({ orders: 10, at: 11 }))).toThrow("can't fall at order 11");
  });

  it('has lanes in the order of the table, each once', () => {
    const { lanes } = readPlan(asked({ lanes: 'step,none,step' }));

    expect(lanes.map(({ name }) => name)).toEqual(['none', 'step']);
  });

  it.each([
    ['a fault', { fault: 'earthquake' }, "no fault 'earthquake'"],
    ['a lane', { lanes: 'step,stepp' }, "no lane 'stepp'"],
    ['a profile', { profile: 'fast' }, "no profile 'fast'"],
  ])('refuses %s that there is not', (_, flags, words) => {
    expect(() => readPlan(asked(flags))).toThrow(words);
  });
});

describe('the orders that the price is measured on', () => {
  const time = { msAnOrder: 0.5, most: 2_000, lanes: 6, rounds: 2 };

  it('are all that were asked for where there is time', () => {
    expect(ordersThatFit({ ...time, leftMs: 120_000 })).toBe(2_000);
  });

  it('are fewer where there is less time, and none where a round would say nothing', () => {
    const fewer = ordersThatFit({ ...time, leftMs: 30_000 });

    expect(fewer).toBeGreaterThan(200);
    expect(fewer).toBeLessThan(2_000);
    expect(ordersThatFit({ ...time, leftMs: 15_000 })).toBe(0);
    expect(ordersThatFit({ ...time, leftMs: -5_000 })).toBe(0);
  });
});

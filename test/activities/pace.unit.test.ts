import { describe, expect, it } from 'vitest';
import { RunRates } from '../../src/activities/pace.js';

describe('the rate of a run', () => {
  it('lets the first item go at once, and each next one when it is due', () => {
    const rates = new RunRates();
    const take = (nowMs: number) => rates.take('a', { items: 1, perSecond: 10, nowMs });

    expect([take(0), take(0), take(100), take(100)]).toEqual([0, 100, 100, 200]);
  });

  it('counts the items of a batch', () => {
    const rates = new RunRates();
    const take = (items: number) => rates.take('a', { items, perSecond: 100, nowMs: 0 });

    expect([take(50), take(50), take(50)]).toEqual([0, 500, 1_000]);
  });

  it('saves nothing up: after a pause it is as fast as before, and no faster', () => {
    const rates = new RunRates();
    const take = (nowMs: number) => rates.take('a', { items: 1, perSecond: 10, nowMs });
    take(0);

    expect([take(60_000), take(60_000)]).toEqual([0, 100]);
  });

  it('is kept over all of a run’s Activities, and each run has its own', () => {
    const rates = new RunRates();
    rates.take('a', { items: 10, perSecond: 10, nowMs: 0 });

    expect(rates.take('b', { items: 1, perSecond: 10, nowMs: 0 })).toBe(0);
    expect(rates.take('a', { items: 1, perSecond: 10, nowMs: 0 })).toBe(1_000);
  });

  it('of the run that was asked for longest ago is forgotten first: memory is bounded', () => {
    const rates = new RunRates();
    for (let run = 0; run < 1_500; run += 1) rates.take(`run ${run}`, { items: 10, perSecond: 1, nowMs: 0 });

    expect(rates.take('run 0', { items: 1, perSecond: 1, nowMs: 0 })).toBe(0);
    expect(rates.take('run 1499', { items: 1, perSecond: 1, nowMs: 0 })).toBe(10_000);
  });
});

import { describe, expect, it } from 'vitest';
import { priceLane } from '../../../src/cli/compare/price-lanes.js';
import {
  keptItsPromise,
  notPriced,
  type PlayedRun,
  summariseLane,
} from '../../../src/cli/compare/summarise-lane.js';
import { aControl, aLane } from './some-lanes.js';

const recoveredIn = (firstEffectMs: number, facts: Partial<PlayedRun> = {}): PlayedRun => ({
  ...aLane('step'),
  recovery: { detectedMs: null, workerReadyMs: null, dispatchedMs: null, firstEffectMs },
  ...facts,
});
const summarise = (...runs: PlayedRun[]) =>
  summariseLane({ lane: 'step', baseline: 'bare loop', runs, price: notPriced });

describe('a lane that was played several times', () => {
  it('tells the run whose recovery is the middle one, with the ends beside it', () => {
    const lane = summarise(
      recoveredIn(3_000, { historyEvents: 3 }),
      recoveredIn(1_000, { historyEvents: 1 }),
      recoveredIn(2_000, { historyEvents: 2 }),
    );

    expect(lane).toMatchObject({ historyEvents: 2, recoveryMs: 2_000 });
    expect(lane.recoverySpread).toEqual({ median: 2_000, lowest: 1_000, highest: 3_000, n: 3 });
  });

  it('averages nothing bad away: lost and doubled are those of all, met again the most of any', () => {
    const bad = recoveredIn(9_000, { lost: 1, doubled: 2, revisited: 5 });

    expect(summarise(recoveredIn(1_000), bad, recoveredIn(2_000, { lost: 1 }))).toMatchObject({
      ...{ lost: 2, doubled: 2, revisited: 5 },
    });
  });

  it('has no recovery where none was seen', () => {
    expect(summarise({ ...aLane('step'), recovery: null }).recoverySpread).toBeNull();
  });
});

describe('a lane’s promise', () => {
  it.each([
    ['lost', { lost: 1 }],
    ['doubled', { doubled: 1 }],
    ['met again beyond its bound', { revisited: 11 }],
    [
      'paid twice with a key',
      { payments: { calls: 2, deduplicated: 0, doubled: 1, key: 'run and order' } as const },
    ],
  ])('is broken where anything was %s', (_, facts) => {
    expect(keptItsPromise(aLane('step'))).toBe(true);
    expect(keptItsPromise(aLane('step', facts))).toBe(false);
  });

  it('is none in the control, nor at a gateway that was sent no key', () => {
    const payments = { calls: 2, deduplicated: 0, doubled: 1, key: 'none' } as const;

    expect(keptItsPromise(aControl())).toBe(true);
    expect(keptItsPromise(aLane('step', { payments }))).toBe(true);
  });
});

describe('a lane’s price', () => {
  it('is that of rounds side by side: a machine that grows slow counts for nothing', () => {
    const price = priceLane({ laneMs: [150, 300, 450], bareMs: [100, 200, 300], checkpoints: 10 });

    expect(price.overheadSpread).toEqual({ median: 1.5, lowest: 1.5, highest: 1.5, n: 3 });
    expect(price.checkpointMs).toBe(10);
  });

  it('of a checkpoint is null where it is less than can be measured, or none were made', () => {
    expect(priceLane({ laneMs: [90], bareMs: [100], checkpoints: 10 }).checkpointMs).toBeNull();
    expect(priceLane({ laneMs: [150], bareMs: [100], checkpoints: 0 }).checkpointMs).toBeNull();
  });

  it('is none where nothing was measured', () => {
    expect(priceLane({ laneMs: [], bareMs: [100], checkpoints: 1 })).toEqual(notPriced);
  });
});

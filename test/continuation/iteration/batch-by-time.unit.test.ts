import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Batch, CarriedCadence } from '../../../src/continuation/checkpoint.js';
import type { CheckpointEvery } from '../../../src/continuation/checkpoint-cadence.js';
import { memoryStore, times, workBatch } from '../../../src/continuation/iteration/index.js';
import { aBatchStart } from '../some-checkpoints.js';

/** A batch over a hundred items that each take so many milliseconds, by a clock that nothing else moves. */
function aBatch({
  cadence,
  checkpointEvery,
  itemMs = () => 30,
  fences = false,
}: {
  cadence?: CarriedCadence;
  checkpointEvery?: CheckpointEvery;
  itemMs?: (item: number) => number;
  fences?: boolean;
} = {}): Promise<Batch<number>> {
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const activity = () =>
    workBatch({
      from: aBatchStart(cadence === undefined ? {} : { cadence }),
      enumerator: times(100),
      eachIteration: async (item: number) => {
        vi.advanceTimersByTime(itemMs(item));
      },
      ...(checkpointEvery === undefined ? {} : { checkpointEvery }),
      ...(fences ? { store: { ...memoryStore(), fences } } : {}),
    });
  return environment.run<[], Batch<number>, typeof activity>(activity);
}

const learnt = { everyMs: 600, itemMs: 30, costsMs: [12, 12, 12, 12], costMs: 12 };

describe('a batch that goes by time, as it does where nothing is said', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('begins with a tenth of the work that may be done again, and says what its items took', async () => {
    const batch = await aBatch();

    expect(batch).toMatchObject({ kind: 'advanced', cursor: 3, openedMs: 0 });
    expect(batch.cadence).toEqual({ everyMs: 100, itemMs: 30, costsMs: [] });
  });

  it('takes up what its step hands on: the cadence so far, and what the checkpoint before it cost', async () => {
    const batch = await aBatch({ cadence: learnt });

    const everyMs = 774.597;
    expect(batch.cadence).toEqual({ everyMs, itemMs: 30, costsMs: [12, 12, 12, 12, 12] });
    expect(batch.counts.processed).toBe(Math.ceil(everyMs / 30));
  });

  it('ends at an item that suddenly takes long, whatever those before it took', async () => {
    const batch = await aBatch({ cadence: learnt, itemMs: (item) => (item === 5 ? 900 : 30) });

    expect(batch.cursor).toBe(5);
  });

  it('keeps the bounds that it is given', async () => {
    const batch = await aBatch({ cadence: learnt, checkpointEvery: { redoMs: 200 } });

    expect(batch.counts.processed).toBe(6);
  });

  it('is longer where a fence loses nothing: only history may be behind, by five seconds', async () => {
    const slow = { everyMs: 3_000, itemMs: 30, costsMs: [40, 40, 40, 40], costMs: 40 };

    const batch = await aBatch({ cadence: slow, fences: true, itemMs: () => 100 });

    const everyMs = Math.sqrt((40 / 0.02) * 5_000);
    expect(batch.cadence?.everyMs).toBeCloseTo(everyMs);
    expect(batch.counts.processed).toBe(Math.ceil(everyMs / 100));
  });

  it('keeps the bound that is said, behind a fence too', async () => {
    const batch = await aBatch({ cadence: learnt, fences: true, checkpointEvery: { redoMs: 200 } });

    expect(batch.counts.processed).toBe(6);
  });

  it('says nothing of a cadence where it goes by number', async () => {
    const batch = await aBatch({ cadence: learnt, checkpointEvery: 3 });

    expect(batch.counts.processed).toBe(3);
    expect(batch).not.toHaveProperty('cadence');
    expect(batch).not.toHaveProperty('openedMs');
  });

  it.each<[CheckpointEvery, string]>([
    [{ redoMs: 0 }, 'checkpointEvery has redoMs 0'],
    [{ overhead: Number.NaN }, 'checkpointEvery has overhead NaN'],
    [{ overhead: 2 }, 'checkpointEvery has overhead 2; it must be a share above 0, up to 1: 0.02 is 2 %'],
    [Number.NaN, 'checkpointEvery is NaN'],
    [JSON.parse('"often"'), 'checkpointEvery is often'],
    [JSON.parse('null'), 'checkpointEvery is null'],
  ])('is refused with bounds that are none: %o', async (checkpointEvery, words) => {
    await expect(aBatch({ checkpointEvery })).rejects.toThrow(words);
  });
});

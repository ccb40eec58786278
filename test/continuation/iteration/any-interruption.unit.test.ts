import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/continuation/iteration/index.js';
import { anyEnumerator, enumerators } from './any-enumerator.js';
import { anyDisturbances, anyDisturbancesOfBatches } from './some-disturbances.js';

const cadence = fc.integer({ min: 1, max: 4 });
const patience = 120_000;

// At once: most of a case's time is a wait.
describe.concurrent('whatever stops, kills, fails or delays an iteration', () => {
  it.each(Object.entries(enumerators))(
    'over %s, each item has exactly one effect, in order, and nothing is met again but what a lost process had done',
    async (_, anEnumerator) => {
      await fc.assert(
        fc.asyncProperty(
          anEnumerator,
          anyDisturbances,
          cadence,
          async (any, disturbances, checkpointEvery) => {
            const played = await any.play({ disturbances, checkpointEvery });

            expect(played.effects).toEqual(any.ids);
            expect(played.metAgain).toBeLessThanOrEqual(played.mayBeMetAgain);
            // What a lost execution counted is lost with it, so the run's own counts know of each effect once.
            expect(played.counted.processed).toBe(any.ids.length);
            expect(played.counted.revisited).toBeLessThanOrEqual(played.metAgain);
          },
        ),
        { numRuns: 900 },
      );
    },
    patience,
  );

  it(
    'with a store that keeps each item, nothing is met again but the item in hand of a lost process',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          anyEnumerator,
          anyDisturbances,
          cadence,
          async (any, disturbances, checkpointEvery) => {
            const played = await any.play({
              disturbances,
              checkpointEvery,
              store: memoryStore(),
              costOfLoss: ({ ofItemInHand }) => ofItemInHand,
            });

            expect(played.effects).toEqual(any.ids);
            expect(played.metAgain).toBeLessThanOrEqual(played.mayBeMetAgain);
            expect(played.counted.processed).toBe(any.ids.length);
          },
        ),
        { numRuns: 1_500 },
      );
    },
    patience,
  );
});

// At once: most of a case's time is a wait.
describe.concurrent('whatever stops, kills, fails or delays a step’s batches', () => {
  const sizes = fc.record({ batchSize: cadence, batchesPerExecution: cadence });

  it(
    'each item has exactly one effect, in order, and nothing is met again but what a lost attempt had done',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyEnumerator, anyDisturbancesOfBatches, sizes, async (any, disturbances, sizes) => {
          const played = await any.playBatches({ disturbances, ...sizes });

          expect(played.effects).toEqual(any.ids);
          expect(played.metAgain).toBeLessThanOrEqual(played.mayBeMetAgain);
          expect(played.counted.processed).toBe(any.ids.length);
          expect(played.counted.revisited).toBeLessThanOrEqual(played.metAgain);
        }),
        { numRuns: 1_500 },
      );
    },
    patience,
  );

  it(
    'with a store that keeps each item, nothing is met again but the item in hand of a lost attempt',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyEnumerator, anyDisturbancesOfBatches, sizes, async (any, disturbances, sizes) => {
          const store = memoryStore();
          const played = await any.playBatches({
            disturbances,
            ...sizes,
            store,
            costOfLoss: ({ ofItemInHand }) => ofItemInHand,
          });

          expect(played.effects).toEqual(any.ids);
          expect(played.metAgain).toBeLessThanOrEqual(played.mayBeMetAgain);
          expect(played.counted.processed).toBe(any.ids.length);
        }),
        { numRuns: 1_500 },
      );
    },
    patience,
  );
});

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { array } from '../../../../src/continuation/iteration/enumerators/array.js';
import { batched } from '../../../../src/continuation/iteration/enumerators/batched.js';
import { nested } from '../../../../src/continuation/iteration/enumerators/nested.js';
import { throttled } from '../../../../src/continuation/iteration/enumerators/throttled.js';
import { times } from '../../../../src/continuation/iteration/enumerators/times.js';
import { entriesAfter, runInterrupted } from './an-interrupted-run.js';

// Thousands of cases each; a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000 });

const anHourMs = 3_600_000;

describe('throttled', () => {
  it('passes its enumerator’s entries through while nothing is to be waited for', async () => {
    for (const answer of [null, 0]) {
      const passed = await entriesAfter(throttled(array(['a', 'b']), { waitMs: () => answer }));

      expect(passed).toEqual(await entriesAfter(array(['a', 'b'])));
    }
  });

  it('says "not now" in place of the item, and ends', async () => {
    const met = [];

    for await (const entry of throttled(times(5), {
      waitMs: async (item) => (item === 2 ? anHourMs : null),
    }).after(null))
      met.push('notNow' in entry ? entry : entry.item);

    expect(met).toEqual([0, 1, { notNow: { waitMs: anHourMs } }]);
  });

  it('asks before each item, and shows it', async () => {
    const log: string[] = [];
    const asked = throttled(array(['a', 'b']), {
      waitMs: (item) => {
        log.push(`asked about ${item}`);
        return null;
      },
    });

    for await (const entry of asked.after(null)) if ('item' in entry) log.push(`did ${entry.item}`);

    expect(log).toEqual(['asked about a', 'did a', 'asked about b', 'did b']);
  });

  it('comes back to the same item after the wait, and asks again', async () => {
    const asked: number[] = [];
    const waits = [null, 5, 5, null, null];
    const waiting = () =>
      throttled(times(3), {
        waitMs: (item) => {
          asked.push(item);
          return waits.shift() ?? null;
        },
      });

    const run = await runInterrupted(waiting, [100]);

    expect(run).toEqual({ items: [0, 1, 2], waits: 2 });
    expect(asked).toEqual([0, 1, 1, 1, 2]);
  });

  it('yields every item once and in order, wherever it waits and is interrupted, in nested enumerators too', async () => {
    const aTree = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 5 });
    const someAnswers = fc.array(fc.constantFrom(null, null, 0, 1));
    const someStops = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(aTree, someAnswers, someStops, async (tree, given, stops) => {
        const answers = [...given];
        const when = { waitMs: () => answers.pop() ?? null };

        const run = await runInterrupted(
          () =>
            throttled(
              batched(
                nested(throttled(array(tree), when), (children) => throttled(array(children), when)),
                2,
              ),
              when,
            ),
          stops,
        );

        expect(run.items.flat()).toEqual(
          tree.flatMap((children) => children.map((child) => [children, child])),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('sees the batch around batches', async () => {
    const seen: (readonly number[])[] = [];

    await entriesAfter(
      throttled(batched(times(3), 2), {
        waitMs: (batch) => {
          seen.push(batch);
          return null;
        },
      }),
    );

    expect(seen).toEqual([[0, 1], [2]]);
  });

  it.each([[-1], [Number.NaN], [Number.POSITIVE_INFINITY]])('refuses a wait of %s ms', async (wait) => {
    await expect(entriesAfter(throttled(times(1), { waitMs: () => wait }))).rejects.toThrow(RangeError);
  });

  it('fails with the question’s own error', async () => {
    const unanswered = throttled(times(1), {
      waitMs: () => {
        throw new Error('The database’s load is unknown.');
      },
    });

    await expect(entriesAfter(unanswered)).rejects.toThrow('load is unknown');
  });
});

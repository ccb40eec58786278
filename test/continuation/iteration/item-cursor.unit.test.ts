/** The cursor of an item is checked before the item is worked on: what can't be kept must have no effect. */
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { retry } from '../../../src/continuation/iteration/error-policy.js';
import {
  type CheckpointStore,
  type Cursor,
  type Enumerator,
  enumerator,
  iteration,
  memoryStore,
  type Transaction,
} from '../../../src/continuation/iteration/index.js';
import { iterationRun } from '../../../src/continuation/testing/index.js';
import { aFence } from './a-fence.js';

const logger = new DefaultLogger('ERROR', () => undefined);

/** What a job without a compiler may hand out. */
const unchecked = (cursor: unknown): Cursor => Reflect.apply((given: Cursor) => given, undefined, [cursor]);

const withCursors = (...cursors: readonly unknown[]): Enumerator<number, Cursor> =>
  enumerator(async function* () {
    for (const [item, cursor] of cursors.entries()) yield { item, cursor: unchecked(cursor) };
  });

/** Runs it to its end, as often as its Workflow would try. */
async function play(items: Enumerator<number, Cursor>, store: CheckpointStore<Transaction | null>) {
  const effects: number[] = [];
  const run = iterationRun(
    iteration<object, number, Cursor, null, Transaction | null>({
      buildEnumerator: () => items,
      eachIteration: async (item) => {
        effects.push(item);
      },
      onError: retry({ times: 5 }),
      store,
    }),
    {},
    { logger },
  );
  const error = await run.toTheEnd().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { error, effects };
}

const noCursors: [string, unknown, string][] = [
  ['NaN', Number.NaN, 'InvalidCursorError'],
  ['undefined', undefined, 'InvalidCursorError'],
  ['null', null, 'InvalidCursorError'],
  ['a Map', new Map(), 'InvalidCursorError'],
  ['one of more than 16 KiB', 'x'.repeat(20_000), 'CursorTooLargeError'],
];

describe('an item whose cursor can’t be kept', () => {
  it.each(noCursors)('has no effect, and ends the run at once: %s', async (_, cursor, name) => {
    for (const store of [memoryStore(), aFence().store]) {
      const { error, effects } = await play(withCursors('a', cursor, 'c'), store);

      expect(effects).toEqual([0]);
      expect(error).toMatchObject({
        nonRetryable: true,
        type: name,
        details: [{ cursor: 'a', counts: { processed: 1 } }],
      });
    }
  });
});

describe('an item with the cursor of the one before', () => {
  it.each<[string, unknown]>([
    ['a string', 'a'],
    ['0', 0],
    ['an object', { page: 1, at: new Date(0) }],
    ['a tuple', [1, 2n]],
  ])(
    'has no effect, and ends the run at once: a run that resumed after it would lose this one: %s',
    async (_, cursor) => {
      const { error, effects } = await play(withCursors(cursor, cursor, 'b'), memoryStore());

      expect(effects).toEqual([0]);
      expect(error).toMatchObject({
        nonRetryable: true,
        type: 'CursorNotUniqueError',
        details: [{ counts: { processed: 1 } }],
      });
    },
  );

  it('is refused as well where a run resumed at it', async () => {
    const pages = enumerator<string, string>(async function* (cursor) {
      for (const page of ['p1', 'p2', 'p3'].filter((token) => cursor === null || token > cursor))
        for (const n of [1, 2]) yield { item: `${page}-${n}`, cursor: page };
    });
    const run = iterationRun(
      iteration({ buildEnumerator: () => pages, eachIteration: async () => undefined }),
      {},
      { logger },
    );
    await run.exactly(1);

    await expect(run.toTheEnd()).rejects.toMatchObject({
      type: 'CursorNotUniqueError',
      message: expect.stringContaining('"p2"'),
    });
  });
});

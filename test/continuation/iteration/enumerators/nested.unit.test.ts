import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { array } from '../../../../src/continuation/iteration/enumerators/array.js';
import {
  CursorMismatchError,
  CursorNotUniqueError,
  enumerator,
} from '../../../../src/continuation/iteration/enumerators/enumerator.js';
import { type NestedCursor, nested } from '../../../../src/continuation/iteration/enumerators/nested.js';
import { throttled } from '../../../../src/continuation/iteration/enumerators/throttled.js';
import { entriesAfter, itemsAfter, kept, runInterrupted } from './an-interrupted-run.js';

// Thousands of cases each; a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000 });

/** Shops by their ids, each with its products' ids: a table that changes while a run is under way. */
type Shops = ReadonlyMap<number, readonly number[]>;

const shopsOf = (...shops: readonly (readonly [number, readonly number[]])[]): Shops => new Map(shops);

const ignored = (_id: number) => {};

/** Ids in ascending order, strictly after the cursor, as a query by key has them. */
const byKey = (ids: Iterable<number>, { knowsLast = false, read = ignored } = {}) =>
  enumerator<number, number>(async function* (cursor) {
    const rest = [...ids].filter((id) => cursor === null || id > cursor).sort((a, b) => a - b);
    for (const [i, id] of rest.entries()) {
      read(id);
      yield { item: id, cursor: id, ...(knowsLast ? { last: i === rest.length - 1 } : {}) };
    }
  });

const productsOf = (shops: Shops, options: { knowsLast?: boolean } = {}) =>
  nested(byKey([...shops.keys()], options), (shop) => byKey(shops.get(shop) ?? [], options));

const pairs = (shops: Shops) =>
  [...shops]
    .flatMap(([shop, products]) => products.map((product) => [shop, product] as const))
    .sort(([a, x], [b, y]) => a - b || x - y);

/** The cursor after this product, as a run over these shops has it. */
async function cursorAfter(
  shops: Shops,
  shop: number,
  product: number,
  options: { knowsLast?: boolean } = {},
) {
  const entries = await entriesAfter(productsOf(shops, options));
  const found = entries.find(({ item }) => item[0] === shop && item[1] === product);
  if (found === undefined) throw new Error(`No product ${product} in shop ${shop}.`);
  return kept(found.cursor);
}

const someIds = fc.uniqueArray(fc.integer({ min: -4, max: 4 }), { maxLength: 5 });
const someShops: fc.Arbitrary<Shops> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -4, max: 4 }), someIds), { maxLength: 6, selector: ([id]) => id })
  .map((shops) => new Map(shops));
const someStops = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

describe('nested', () => {
  it('yields every child with its parent, once and in order, wherever it is interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(someShops, someStops, fc.boolean(), async (shops, stops, knowsLast) => {
        const run = await runInterrupted(() => productsOf(shops, { knowsLast }), stops);

        expect(run.items).toEqual(pairs(shops));
      }),
      { numRuns: 1_000 },
    );
  });

  it('resumes after each cursor with exactly the rest, also of arrays within arrays', async () => {
    const aTree = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(aTree, async (tree) => {
        const build = () => nested(array(tree), (children) => array(children));
        const entries = await entriesAfter(build());
        for (const [i, { cursor }] of entries.entries())
          expect(await itemsAfter(build(), kept(cursor))).toEqual(
            entries.slice(i + 1).map(({ item }) => item),
          );
      }),
      { numRuns: 500 },
    );
  });

  it('visits what comes after the cursor by keys, and nothing else, whatever was inserted, deleted or emptied since', async () => {
    await fc.assert(
      fc.asyncProperty(someShops, someShops, fc.nat(), async (before, now, chosen) => {
        const entries = await entriesAfter(productsOf(before));
        const at = entries[chosen % Math.max(1, entries.length)];
        fc.pre(at !== undefined);
        const [shop, product] = at.item;

        const rest = await itemsAfter(productsOf(now), kept(at.cursor));

        expect(rest).toEqual(pairs(now).filter(([s, p]) => s > shop || (s === shop && p > product)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is done with a parent after the child that is known to be its last', async () => {
    await fc.assert(
      fc.asyncProperty(someShops, someShops, fc.nat(), async (before, now, chosen) => {
        const knowsLast = true;
        const entries = await entriesAfter(productsOf(before, { knowsLast }));
        const at = entries[chosen % Math.max(1, entries.length)];
        fc.pre(at !== undefined);
        const [shop, product] = at.item;
        const isLast = product === Math.max(...(before.get(shop) ?? []));

        const rest = await itemsAfter(productsOf(now, { knowsLast }), kept(at.cursor));

        expect(rest).toEqual(
          pairs(now).filter(([s, p]) => s > shop || (!isLast && s === shop && p > product)),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('applies the place within a parent to no other parent: one that was inserted first is not visited', async () => {
    const cursor = await cursorAfter(shopsOf([2, [10, 20, 30]], [3, [10, 20]]), 2, 20);

    const rest = await itemsAfter(
      productsOf(shopsOf([1, [5, 25, 35]], [2, [10, 20, 30]], [3, [10, 20]])),
      cursor,
    );

    expect(rest).toEqual([
      [2, 30],
      [3, 10],
      [3, 20],
    ]);
  });

  it('goes on with the next parent, from its first child, when the one in progress was deleted', async () => {
    const cursor = await cursorAfter(shopsOf([1, [10]], [2, [10, 20]], [3, [10, 20]]), 2, 10);

    const rest = await itemsAfter(productsOf(shopsOf([1, [10]], [3, [10, 20]])), cursor);

    expect(rest).toEqual([
      [3, 10],
      [3, 20],
    ]);
  });

  it('ends when the parent in progress was the last one and is deleted', async () => {
    const cursor = await cursorAfter(shopsOf([1, [10]], [2, [10, 20]]), 2, 10);

    expect(await itemsAfter(productsOf(shopsOf([1, [10]])), cursor)).toEqual([]);
  });

  it('leaves no place over for the next parent when the one in progress was emptied', async () => {
    const cursor = await cursorAfter(shopsOf([1, [10, 20]], [2, [10, 20]]), 1, 10);

    const rest = await itemsAfter(productsOf(shopsOf([1, []], [2, [10, 20]])), cursor);

    expect(rest).toEqual([
      [2, 10],
      [2, 20],
    ]);
  });

  it('loses no parent that is inserted while the one in progress is looked for', async () => {
    const cursor = await cursorAfter(shopsOf([3, [10, 20]], [9, [10]]), 3, 10);
    const now = new Map([
      [1, [10]],
      [9, [10]],
    ]);
    // Each reading of the shops inserts one more right after the parent that was in progress.
    let newest = 8;
    const shops = byKey({
      [Symbol.iterator]: () => {
        now.set(newest, [10]);
        newest -= 1;
        return now.keys();
      },
    });

    const rest = await itemsAfter(
      nested(shops, (shop) => byKey(now.get(shop) ?? [])),
      cursor,
    );

    expect(rest).toContainEqual([9, 10]);
    expect(rest.every(([shop]) => shop > 3)).toBe(true);
  });

  it('resumes after a parent and a child whose cursors are 0', async () => {
    const shops = shopsOf([0, [0, 1]], [1, [0]]);

    expect(await itemsAfter(productsOf(shops), await cursorAfter(shops, 0, 0))).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('says of the last child of the last parent that it is the last', async () => {
    const lasts = (shops: Shops) =>
      entriesAfter(productsOf(shops, { knowsLast: true })).then((entries) => entries.map(({ last }) => last));

    expect(await lasts(shopsOf([1, [1, 2]], [2, [1, 2]]))).toEqual([false, false, false, true]);
    expect(await lasts(shopsOf([1, [1, 2]], [2, []]))).toEqual([false, false]);
  });

  it('nests to any depth, each place kept with the parent that it belongs to', async () => {
    const ids = fc.uniqueArray(fc.nat({ max: 3 }), { maxLength: 3 });
    const aTree = fc.dictionary(fc.constantFrom('a', 'b', 'c'), ids);
    await fc.assert(
      fc.asyncProperty(aTree, someStops, async (tree, stops) => {
        const build = () =>
          nested(array(Object.keys(tree)), (key) =>
            nested(byKey(tree[key] ?? []), (id) =>
              array(Array.from({ length: id }, (_, i) => `${key}${id}.${i}`)),
            ),
          );

        const run = await runInterrupted(build, stops);

        expect(run.items.map(([, [, name]]) => name)).toEqual(
          Object.entries(tree).flatMap(([key, found]) =>
            [...found]
              .sort((a, b) => a - b)
              .flatMap((id) => Array.from({ length: id }, (_, i) => `${key}${id}.${i}`)),
          ),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('looks for the parent in progress right after the one that was done before it', async () => {
    const shops = shopsOf([1, [1]], [2, [1]], [3, [1, 2]], [4, [1]]);
    const cursor = await cursorAfter(shops, 3, 1);
    const read: number[] = [];
    const resumed = nested(byKey([...shops.keys()], { read: (shop) => void read.push(shop) }), (shop) =>
      byKey(shops.get(shop) ?? []),
    );

    await itemsAfter(resumed, cursor);

    expect(read).toEqual([3, 4]);
  });

  it('reads no parent ahead of the one in progress', async () => {
    const read: number[] = [];
    const shops = byKey([1, 2, 3], { read: (shop) => void read.push(shop) });
    const children = nested(shops, () => byKey([1, 2]))
      .after(null)
      [Symbol.asyncIterator]();

    await children.next();
    await children.next();
    await children.return?.();

    expect(read).toEqual([1]);
  });

  it('waits where a parent or a child is not to be worked on now, and comes back to it', async () => {
    const shops = shopsOf([1, [1, 2]], [2, [1]]);
    const answers = [null, null, 5, null, null, 5];
    const when = { waitMs: () => answers.shift() ?? null };
    const build = () =>
      nested(throttled(byKey([...shops.keys()]), when), (shop) =>
        throttled(byKey(shops.get(shop) ?? []), when),
      );

    const run = await runInterrupted(build, [100]);

    expect(run).toEqual({ items: pairs(shops), waits: 2 });
  });

  it('refuses a parent with the cursor of the one before: after an interruption it would be lost', async () => {
    const shops = enumerator<string, number>(async function* (cursor) {
      if (cursor === null) for (const item of ['a', 'b']) yield { item, cursor: 1 };
    });
    const met: string[] = [];
    const reading = async (cursor: NestedCursor<number, number> | null) => {
      for await (const entry of nested(shops, (shop) => array([`${shop}1`, `${shop}2`])).after(cursor))
        if ('item' in entry) met.push(entry.item[1]);
    };

    await expect(reading(null)).rejects.toThrow(CursorNotUniqueError);
    await expect(reading({ after: null, within: { parent: 1, inner: 0 } })).rejects.toThrow(
      CursorNotUniqueError,
    );
    expect(met).toEqual(['a1', 'a2', 'a2']);
  });

  it.each([
    ['an array', ['a'], 'an array: wrap it, as array(items)'],
    ['null', null, 'null'],
    ['nothing', undefined, 'undefined'],
    ['a number', 7, 'a number'],
  ])('refuses %s in the place of a parent’s children', async (_, children, found) => {
    // @ts-expect-error as a job without a compiler may return it
    const built = nested(byKey([1]), () => children);

    await expect(itemsAfter(built)).rejects.toThrow(
      `The second argument of nested() returned ${found}; it must return an enumerator`,
    );
  });

  it('reads no further than the next parent there is where the one in progress is gone', async () => {
    const ids = Array.from({ length: 1_000 }, (_, id) => id);
    const cursor = await cursorAfter(shopsOf(...ids.map((id) => [id, [1, 2]] as const)), 3, 1);
    const read: number[] = [];
    const left = ids.filter((id) => id !== 3);
    const shops = byKey(left, { read: (shop) => void read.push(shop) });

    const items = nested(shops, () => byKey([1]))
      .after(cursor)
      [Symbol.asyncIterator]();
    await items.next();
    await items.return?.();

    // What stands where it stood; the first one after it; and the search between the two.
    expect(read).toEqual([4, 4, 4]);
  });

  it('refuses a cursor of another enumerator', async () => {
    // @ts-expect-error an id is no nested cursor
    await expect(itemsAfter(productsOf(shopsOf([1, [1]])), 7)).rejects.toThrow(CursorMismatchError);
  });
});

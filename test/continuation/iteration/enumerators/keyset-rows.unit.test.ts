import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cursor } from '../../../../src/continuation/cursor.js';
import type { Asked, Enumerator } from '../../../../src/continuation/iteration/enumerators/enumerator.js';
import {
  EmptyReadError,
  KeyNotUniqueError,
} from '../../../../src/continuation/iteration/enumerators/keyset-errors.js';
import { keysetRows } from '../../../../src/continuation/iteration/enumerators/keyset-rows.js';
import { aNumberedTable } from './a-numbered-table.js';
import { cursorOfLast, entriesAfter } from './entries-after.js';

const rowsOf = (table: ReturnType<typeof aNumberedTable>, pageSize = 500) =>
  keysetRows({ ...table, pageSize });
const idsOf = (entries: readonly { item: { id: number } }[]) => entries.map(({ item }) => item.id);

/** Its entries; none of these says "not now". */
async function* itemsOf<Item, C extends Cursor>(items: Enumerator<Item, C>, asked: Asked) {
  for await (const entry of items.after(null, asked)) if ('item' in entry) yield entry;
}

const anId = fc.integer({ min: -20, max: 60 });
const someIds = fc.uniqueArray(anId, { maxLength: 40 });
const aPageSize = fc.integer({ min: 1, max: 12 });

/** What happens to the table between two items. */
const anEvent = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'interrupt', 'nothing'),
  id: anId,
});

describe('keyset rows', () => {
  it('meet every row that stays exactly once and in order, whatever comes, goes and interrupts', async () => {
    await fc.assert(
      fc.asyncProperty(
        someIds,
        aPageSize,
        fc.array(anEvent, { maxLength: 60 }),
        async (ids, pageSize, events) => {
          const table = aNumberedTable(ids);
          const staying = new Set(ids);
          const met: number[] = [];
          let entries = rowsOf(table, pageSize).after(null)[Symbol.asyncIterator]();

          for (const { kind, id } of [
            ...events,
            ...Array.from({ length: 200 }, () => ({ kind: 'nothing', id: 0 })),
          ]) {
            const next = await entries.next();
            if (next.done) break;
            if ('item' in next.value) met.push(next.value.item.id);
            const at = table.rows.findIndex((row) => row.id >= id);
            const isThere = table.rows[at]?.id === id;
            if (kind === 'insert' && !isThere && !staying.has(id))
              table.rows.splice(at === -1 ? table.rows.length : at, 0, { id });
            if (kind === 'delete' && isThere) {
              table.rows.splice(at, 1);
              staying.delete(id);
            }
            if (kind === 'interrupt')
              entries = rowsOf(table, pageSize)
                .after(met.at(-1) ?? null)
                [Symbol.asyncIterator]();
          }

          expect(met).toEqual([...new Set(met)].sort((a, b) => a - b));
          expect(met).toEqual(expect.arrayContaining([...staying]));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('resume after a cursor of 0, and do not start over', async () => {
    const rest = await entriesAfter(rowsOf(aNumberedTable([-1, 0, 1, 2])), 0);

    expect(idsOf(rest)).toEqual([1, 2]);
  });

  it('are read a page at a time, each page only when it is needed', async () => {
    const table = aNumberedTable([1, 2, 3, 4, 5]);

    await entriesAfter(rowsOf(table, 2), null, 2);
    expect(table.reads).toHaveLength(1);

    await entriesAfter(rowsOf(table, 2), null, 3);
    expect(table.reads.slice(1)).toEqual([
      { cursor: null, limit: 3 },
      { cursor: 2, limit: 3 },
    ]);
  });

  it.each([
    { rows: 3, reads: 2 },
    { rows: 4, reads: 2 },
    { rows: 0, reads: 1 },
  ])(
    'end with the last page of $rows rows in twos, without asking once more, where the source says that there is no more',
    async ({ rows, reads }) => {
      const table = aNumberedTable(Array.from({ length: rows }, (_, i) => i));
      const saying = keysetRows({
        ...table,
        pageSize: 2,
        readAfter: async (cursor: number | null, limit: number) => {
          const read = await table.readAfter(cursor, limit);
          return { rows: read, more: read.length === limit };
        },
      });

      const met = await entriesAfter(saying, null);

      expect(met.map(({ last }) => last)).toEqual(met.map((_, i) => i === rows - 1));
      expect(table.reads).toHaveLength(reads);
    },
  );

  it('ask for one row more at the end where the source doesn’t say, so that the last one is known as such', async () => {
    const table = aNumberedTable([1, 2, 3]);

    const met = await entriesAfter(rowsOf(table, 2), null);

    expect(met.map(({ last }) => last)).toEqual([false, false, true]);
    expect(table.reads.at(-1)).toEqual({ cursor: 3, limit: 1 });
  });

  it.each([1, 3, 100])(
    'are all met, and the last one alone is the last, where a source returns %i at once whatever it is asked for',
    async (cap) => {
      const table = aNumberedTable(Array.from({ length: 350 }, (_, i) => i));
      const capped = keysetRows({
        ...table,
        readAfter: (cursor: number | null, limit: number) => table.readAfter(cursor, Math.min(limit, cap)),
      });

      const met = await entriesAfter(capped, null);

      expect(idsOf(met)).toEqual(table.rows.map(({ id }) => id));
      expect(met.findIndex(({ last }) => last)).toBe(349);
    },
  );

  it('refuse a source that has no row and says that there is more: there is nothing to go on after', async () => {
    const stuck = keysetRows({ ...aNumberedTable([]), readAfter: async () => ({ rows: [], more: true }) });

    await expect(entriesAfter(stuck, null)).rejects.toThrow(EmptyReadError);
  });

  it('are read no further ahead than is asked for', async () => {
    const table = aNumberedTable(Array.from({ length: 100 }, (_, i) => i));

    for await (const { cursor } of itemsOf(rowsOf(table), { atMost: 10 })) if (cursor === 9) break;

    expect(table.reads).toEqual([{ cursor: null, limit: 11 }]);
  });

  it('meet a row that appears after the cursor while they run, and none that vanished', async () => {
    const table = aNumberedTable([1, 2, 4]);
    const entries = rowsOf(table, 1).after(null)[Symbol.asyncIterator]();
    await entries.next();

    table.rows.splice(0, 3, { id: 3 }, { id: 4 });

    expect(await entries.next()).toMatchObject({ value: { item: { id: 3 } } });
    expect(await entries.next()).toMatchObject({ value: { item: { id: 4 }, last: true } });
    expect(await entries.next()).toMatchObject({ done: true });
  });

  it.each([1, 2, 3, 4, 5])(
    'refuse a key that comes twice before the first of the two is met, in pages of %i',
    async (pageSize) => {
      const met: number[] = [];

      const reading = (async () => {
        for await (const entry of rowsOf(aNumberedTable([1, 2, 3, 3, 4]), pageSize).after(null))
          if ('item' in entry) met.push(entry.item.id);
      })();

      await expect(reading).rejects.toThrow(KeyNotUniqueError);
      expect(met).not.toContain(3);
    },
  );

  it('tell two keys of several columns apart by their parts', async () => {
    const twice = keysetRows({
      readAfter: async () => [
        { day: '1', id: 1 },
        { day: '1', id: 2 },
        { day: '1', id: 2 },
      ],
      cursorOf: ({ day, id }): readonly [string, number] => [day, id],
    });

    await expect(entriesAfter(twice, null)).rejects.toMatchObject({ key: ['1', 2] });
  });

  it('refuse a source that begins with the cursor that it was to come after: it would never end', async () => {
    const table = aNumberedTable([1, 2, 3, 4]);
    const atOrAfter = keysetRows({
      ...table,
      pageSize: 2,
      readAfter: async (cursor, limit) =>
        table.rows.filter(({ id }) => cursor === null || id >= cursor).slice(0, limit),
    });

    await expect(entriesAfter(atOrAfter, null)).rejects.toThrow(KeyNotUniqueError);
  });

  it('hand on a cursor that is what was met last', async () => {
    const met = await entriesAfter(rowsOf(aNumberedTable([5, 7])), null);

    expect(cursorOfLast(met)).toBe(7);
  });
});

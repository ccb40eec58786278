import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../../src/continuation/cursor.js';
import { CursorMismatchError } from '../../../../src/continuation/iteration/enumerators/enumerator.js';
import { KeyNotUniqueError } from '../../../../src/continuation/iteration/enumerators/keyset-errors.js';
import { rowBatches } from '../../../../src/continuation/iteration/enumerators/row-batches.js';
import type { RowCursor } from '../../../../src/continuation/iteration/enumerators/row-key.js';
import { type RowsOptions, rows } from '../../../../src/continuation/iteration/enumerators/rows.js';
import { createEmptyTestDatabase, type TestDatabase } from '../../../servers/test-database.js';
import { aWatchedDatabase } from './a-watched-database.js';
import { cursorOfLast, entriesAfter } from './entries-after.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyTestDatabase();
});
afterAll(() => database.drop());

/** Each test makes its own tables, in a schema that was emptied. */
beforeEach(async () => {
  await database.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
});

const sql = (text: string) => database.pool.query(text);

async function ordersNumbered(from: number, to: number): Promise<void> {
  await sql(`
    CREATE TABLE IF NOT EXISTS orders (order_id int PRIMARY KEY, shop text NOT NULL DEFAULT 'here');
    INSERT INTO orders SELECT generate_series(${from}, ${to})`);
}

const cursorsOf = async (
  options: RowsOptions & { query?: string; after?: RowCursor | null; most?: number },
) => {
  const { query = 'orders', after = null, most, ...rest } = options;
  const entries = await entriesAfter(rows(database.pool, query, rest), after, most);
  return entries.map(({ cursor }) => cursor);
};

describe('rows', () => {
  it('of a table are met in the order of its primary key, each with a readable cursor', async () => {
    await ordersNumbered(1, 3);

    const met = await entriesAfter(rows<{ order_id: number; shop: string }>(database.pool, 'orders'), null);

    expect(met).toEqual([
      { item: { order_id: 1, shop: 'here' }, cursor: 1, last: false },
      { item: { order_id: 2, shop: 'here' }, cursor: 2, last: false },
      { item: { order_id: 3, shop: 'here' }, cursor: 3, last: true },
    ]);
  });

  it('of a query have the caller’s values, and ours do not get into each other’s way', async () => {
    await ordersNumbered(1, 9);
    const query = {
      text: 'WITH mine AS (SELECT * FROM orders WHERE shop = $1) SELECT order_id FROM mine WHERE order_id <= $2 -- these',
      values: ['here', 6],
    };

    const met = await entriesAfter(
      rows(database.pool, query, { by: ['order_id'], pageSize: 2, within: { upTo: 5 } }),
      2,
    );

    expect(met.map(({ item }) => item)).toEqual([{ order_id: 3 }, { order_id: 4 }, { order_id: 5 }]);
  });

  it('resume strictly after the cursor, and after 0 do not start over', async () => {
    await ordersNumbered(-2, 2);

    expect(await cursorsOf({ after: 0 })).toEqual([1, 2]);
    expect(await cursorsOf({ after: -1, order: 'descending' })).toEqual([-2]);
  });

  it('are met backwards where that is asked for', async () => {
    await ordersNumbered(1, 5);

    expect(await cursorsOf({ order: 'descending', pageSize: 2 })).toEqual([5, 4, 3, 2, 1]);
  });

  it('go by the primary key’s own order of columns, as a tuple', async () => {
    await sql(`
      CREATE TABLE lines (line int, "Order" bigint, note text, PRIMARY KEY ("Order", line) INCLUDE (note));
      INSERT INTO lines VALUES (2, 1, ''), (1, 2, ''), (1, 1, '')`);

    expect(await cursorsOf({ query: 'lines', pageSize: 1 })).toEqual([
      ['1', 1],
      ['1', 2],
      ['2', 1],
    ]);
  });

  it('are read a page at a time, each when it is needed, and none after the last', async () => {
    await ordersNumbered(1, 6);
    const watched = aWatchedDatabase(database.pool);
    const orders = rows(watched, 'orders', { pageSize: 3 });

    await entriesAfter(orders, null, 3);
    expect(watched.pages()).toHaveLength(1);

    await entriesAfter(orders, null);
    expect(watched.pages()).toHaveLength(3);
  });

  it('that are inserted while they run are met after the page that is held, and not within it or after the last', async () => {
    await sql(
      'CREATE TABLE orders (order_id int PRIMARY KEY); INSERT INTO orders VALUES (10), (20), (30), (40)',
    );
    const inserts = new Map([
      [10, 15],
      [20, 25],
      [40, 50],
    ]);
    const met: number[] = [];

    for await (const entry of rows<{ order_id: number }>(database.pool, 'orders', { pageSize: 2 }).after(
      null,
    )) {
      if (!('item' in entry)) continue;
      const { order_id: id } = entry.item;
      met.push(id);
      if (inserts.has(id)) await sql(`INSERT INTO orders VALUES (${inserts.get(id)})`);
    }

    expect(met).toEqual([10, 20, 25, 30, 40]);
  });

  it('are as they were when their page was read: their own statement has to ask what they are by now', async () => {
    await sql(`
      CREATE TABLE orders (order_id int PRIMARY KEY, status text NOT NULL DEFAULT 'pending');
      INSERT INTO orders SELECT generate_series(1, 4)`);
    const pending = { text: "SELECT order_id, status FROM orders WHERE status = 'pending'" };
    const met: string[] = [];

    for await (const entry of rows<{ order_id: number; status: string }>(database.pool, pending, {
      by: ['order_id'],
      pageSize: 2,
    }).after(null)) {
      if (!('item' in entry)) continue;
      const { order_id: id, status } = entry.item;
      if (id === 1) await sql("UPDATE orders SET status = 'cancelled' WHERE order_id IN (2, 3)");
      const { rowCount } = await database.pool.query(
        "UPDATE orders SET status = 'charged' WHERE order_id = $1 AND status = 'pending'",
        [id],
      );
      met.push(`${id} ${status} ${rowCount}`);
    }

    expect(met).toEqual(['1 pending 1', '2 pending 0', '4 pending 1']);
  });

  it('are read no further ahead than a small batch takes', async () => {
    await ordersNumbered(1, 1_000);
    const watched = aWatchedDatabase(database.pool);

    for await (const _ of rows(watched, 'orders').after(null, { atMost: 10 })) break;
    for await (const _ of rowBatches(watched, 'orders', { batchSize: 4 }).after(null, { atMost: 10 })) break;

    expect(watched.pages().map(({ text }) => text.slice(text.lastIndexOf('LIMIT')))).toEqual([
      'LIMIT 11',
      'LIMIT 13',
    ]);
  });

  it('never hold more than a page: each read asks for one row more, to know the last', async () => {
    await ordersNumbered(1, 20);
    const watched = aWatchedDatabase(database.pool);

    await entriesAfter(rows(watched, 'orders', { pageSize: 3 }), null);

    expect(watched.pages().filter(({ text }) => !text.endsWith('LIMIT 4'))).toEqual([]);
  });

  it('can be read from a client inside a transaction', async () => {
    await ordersNumbered(1, 2);
    const client = await database.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('INSERT INTO orders VALUES (3)');

      const met = await entriesAfter(rows(client, 'orders'), null);

      expect(met.map(({ cursor }) => cursor)).toEqual([1, 2, 3]);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  it('may have a column with the name that ours would have', async () => {
    const query = {
      text: 'SELECT relname, oid AS "leftoff cursor" FROM pg_class WHERE relname = $1',
      values: ['pg_class'],
    };

    const met = await entriesAfter(rows(database.pool, query, { by: ['relname'] }), null);

    expect(met).toMatchObject([{ item: { relname: 'pg_class', 'leftoff cursor': expect.anything() } }]);
  });

  it('in batches have the cursor of the last of them', async () => {
    await ordersNumbered(1, 5);

    const met = await entriesAfter(
      rowBatches<{ order_id: number }>(database.pool, 'orders', { batchSize: 2 }),
      1,
    );

    expect(met.map(({ item }) => item.map(({ order_id }) => order_id))).toEqual([
      [2, 3],
      [4, 5],
    ]);
    expect(met.map(({ cursor, last }) => [cursor, last])).toEqual([
      [3, false],
      [5, true],
    ]);
  });
});

describe('a range of rows', () => {
  it('is strictly after the one key and up to the other, in either order', async () => {
    await ordersNumbered(1, 9);

    expect(await cursorsOf({ within: { after: 3, upTo: 6 }, pageSize: 2 })).toEqual([4, 5, 6]);
    expect(await cursorsOf({ within: { after: 6, upTo: 3 }, pageSize: 2, order: 'descending' })).toEqual([
      5, 4, 3,
    ]);
    expect(await cursorsOf({ within: { after: null, upTo: 2 } })).toEqual([1, 2]);
  });

  it('goes on after a cursor inside it', async () => {
    await ordersNumbered(1, 9);

    expect(await cursorsOf({ within: { after: 3, upTo: 6 }, after: 5 })).toEqual([6]);
    expect(await cursorsOf({ within: { after: 3, upTo: 6 }, after: 6 })).toEqual([]);
  });

  it.each([3, 2, 7])('refuses the cursor %i of another range: rows between would be lost', async (after) => {
    await ordersNumbered(1, 9);

    await expect(cursorsOf({ within: { after: 3, upTo: 6 }, after })).rejects.toThrow(CursorMismatchError);
  });

  // One of the two is not the database's own.
  it.each([
    { collation: 'C', order: ['B', 'D', 'a', 'c'] },
    { collation: 'und-x-icu', order: ['a', 'B', 'c', 'D'] },
  ])(
    'compares a text key by its column’s collation $collation, a cursor with its bounds too',
    async (words) => {
      const [first = '', second = '', third = '', last = ''] = words.order;
      await sql(`
      CREATE TABLE words (word text COLLATE "${words.collation}" PRIMARY KEY);
      INSERT INTO words VALUES ('a'), ('B'), ('c'), ('D')`);

      const met = await cursorsOf({ query: 'words', within: { after: first, upTo: last }, after: second });

      expect(met).toEqual([third, last]);
    },
  );

  it.each<[string, unknown]>([
    ['"3"', { upTo: '3' }],
    ['[3]', { after: [3] }],
    ['2147483648', { upTo: 2 ** 31 }],
    ['1.5', { after: 1.5 }],
    ['3n', { upTo: 3n }],
    ['Date 1970-01-01T00:00:00.003Z', { after: new Date(3) }],
  ])('refuses a bound that isn’t a key: %s', async (shown, within) => {
    await ordersNumbered(1, 3);

    // @ts-expect-error as code without a compiler may have it
    const refused = cursorsOf({ within });

    await expect(refused).rejects.toThrow(/^within\.(after|upTo) is .* must be a whole number/);
    await expect(refused).rejects.toThrow(` is ${shown}; `);
  });
});

describe('a cursor', () => {
  it.each([
    ['bigint', ['-9007199254740993', '9', '10', '9007199254740993']],
    ['numeric', ['-1', '0.1', '0.10000000000000000000001', '10', 'NaN']],
    ['smallint', [-32_768, 0, 32_767]],
    ['int', [-2_147_483_648, 0, 2_147_483_647]],
    ['text', ['', '0', '10', '9', 'é"\\\'$1']],
    ['varchar(20)', ['10', '9']],
    ['uuid', ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-4fff-bfff-ffffffffffff']],
    ['date', ['0044-03-15 BC', '2024-02-29', '12345-01-01', 'infinity']],
    ['timestamp', ['2024-01-01T10:00:00', '2024-01-01T10:00:00.000001', 'infinity']],
    [
      'timestamptz',
      [
        '-infinity',
        '0044-03-15T00:00:00Z BC',
        '2024-01-01T10:00:00Z',
        '2024-01-01T10:00:00.000001Z',
        'infinity',
      ],
    ],
    ['time', ['00:00:00', '23:59:59.999999']],
    ['boolean', ['false', 'true']],
    ['bytea', ['', '00', 'ff00']],
    ['float8', ['-Infinity', '0.1', '0.30000000000000004', '1e+300', 'NaN']],
    ['inet', ['10.0.0.1/32', '10.0.0.2/32', '::1/128']],
    ['mood', ['sad', 'happy']],
    ['age', [7, 70]],
  ])('of type %s is exact, and goes through JSON into any session', async (type, keys) => {
    await sql(
      `
      CREATE TYPE mood AS ENUM ('sad', 'happy');
      CREATE DOMAIN age AS int;
      CREATE TABLE things (key ${type} COLLATE_OR_NOT PRIMARY KEY)`.replace(
        'COLLATE_OR_NOT',
        ['text', 'varchar(20)'].includes(type) ? 'COLLATE "C"' : '',
      ),
    );
    for (const key of keys)
      await database.pool.query(
        `INSERT INTO things VALUES (${type === 'bytea' ? "decode($1, 'hex')" : '$1'})`,
        [key],
      );

    const met: RowCursor[] = [];
    for (const settings of ['', ...otherSettings]) {
      const client = await database.pool.connect();
      try {
        await client.query(settings);
        const [next] = await entriesAfter(rows(client, 'things'), met.at(-1) ?? null, 1);
        if (next) met.push(decodeCursor(encodeCursor(next.cursor)));
      } finally {
        client.release(true);
      }
    }

    expect(met).toEqual(keys);
  });

  const otherSettings = [
    "SET TimeZone = 'Asia/Kolkata'; SET DateStyle = 'SQL, DMY'; SET bytea_output = 'escape'",
    "SET TimeZone = 'America/Los_Angeles'; SET DateStyle = 'German'",
    "SET TimeZone = 'Pacific/Apia'; SET DateStyle = 'Postgres, MDY'; SET extra_float_digits = 3",
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'",
  ];

  it.each([
    ['int', ['3', 1.5, 2 ** 31, true, [3], { id: 3 }]],
    ['bigint', [3, 'x', '3.5', '']],
    ['uuid', ['23', 23]],
    ['timestamptz', ['2024-01-01', '2024-01-01T10:00:00', 1_704_103_200_000]],
    ['text', [3, ['a', 'b']]],
  ])('of another shape than %s is refused before anything is read', async (type, wrong) => {
    await sql(`CREATE TABLE things (key ${type} PRIMARY KEY)`);
    const watched = aWatchedDatabase(database.pool);

    for (const cursor of wrong) {
      const resumed = entriesAfter(rows(watched, 'things'), JSON.parse(JSON.stringify(cursor)));
      await expect(resumed).rejects.toThrow(CursorMismatchError);
    }

    expect(watched.pages()).toEqual([]);
  });

  it('of one column is refused where the key has two, and of two where it has one', async () => {
    await sql('CREATE TABLE lines (a int, b int, PRIMARY KEY (a, b))');

    await expect(cursorsOf({ query: 'lines', after: 1 })).rejects.toThrow(
      'its cursor is [a whole number (a), a whole number (b)]',
    );
    await expect(cursorsOf({ query: 'lines', after: [1, 2, 3] })).rejects.toThrow(CursorMismatchError);
    await expect(cursorsOf({ query: 'lines', by: ['a'], after: [1, 2] })).rejects.toThrow(
      CursorMismatchError,
    );
  });
});

describe('a key that comes twice', () => {
  it.each([1, 2, 3, 4, 10])('is refused before either row is met, in pages of %i', async (pageSize) => {
    await sql(`
      CREATE TABLE visits (at timestamptz NOT NULL);
      CREATE INDEX ON visits (at);
      INSERT INTO visits SELECT to_timestamp(unnest(ARRAY[1, 2, 3, 3, 4]))`);
    const met: string[] = [];

    const reading = (async () => {
      for await (const entry of rows(database.pool, 'visits', { by: ['at'], pageSize }).after(null))
        if ('cursor' in entry) met.push(String(entry.cursor));
    })();

    await expect(reading).rejects.toThrow(KeyNotUniqueError);
    expect(met).not.toContain('1970-01-01T00:00:03Z');
  });

  it('is noticed by the type’s own equality: 1.0 is 1.00', async () => {
    await sql('CREATE TABLE prices (price numeric NOT NULL); INSERT INTO prices VALUES (1.0), (1.00)');

    await expect(cursorsOf({ query: 'prices', by: ['price'] })).rejects.toThrow(KeyNotUniqueError);
  });

  it('through a join is refused as well', async () => {
    await ordersNumbered(1, 3);
    await sql('CREATE TABLE lines (order_id int NOT NULL); INSERT INTO lines VALUES (1), (2), (2)');
    const query = {
      text: 'SELECT o.order_id, l.ctid::text AS line FROM orders o JOIN lines l USING (order_id)',
    };

    const reading = entriesAfter(rows(database.pool, query, { by: ['order_id'], pageSize: 2 }), null);

    await expect(reading).rejects.toMatchObject({ name: 'KeyNotUniqueError', key: 2 });
  });
});

describe('a run that changes its own key', () => {
  /** Touches each order that is met, as an `updated_at` would be; at most so many. */
  async function touchAll(within: { upTo?: RowCursor }, most: number): Promise<number[]> {
    const met: number[] = [];
    const touched = rows<{ order_id: number; version: string }>(
      database.pool,
      { text: 'SELECT order_id, version FROM touched' },
      { by: ['version'], pageSize: 2, within },
    );
    for await (const entry of touched.after(null)) {
      if (!('item' in entry)) continue;
      met.push(entry.item.order_id);
      await database.pool.query("UPDATE touched SET version = nextval('versions') WHERE order_id = $1", [
        entry.item.order_id,
      ]);
      if (met.length === most) break;
    }
    return met;
  }

  beforeEach(() =>
    sql(`
      CREATE SEQUENCE versions;
      CREATE TABLE touched (order_id int PRIMARY KEY, version bigint NOT NULL UNIQUE);
      INSERT INTO touched SELECT i, nextval('versions') FROM generate_series(1, 5) i`),
  );

  it('meets the rows that it pushes forward again and again, without a bound', async () => {
    expect(await touchAll({}, 14)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4]);
  });

  it('ends at its upper bound, and meets each row once', async () => {
    expect(await touchAll({ upTo: '5' }, 14)).toEqual([1, 2, 3, 4, 5]);
  });

  it('does not meet a row that is pulled back before its turn', async () => {
    const touched = rows<{ order_id: number; version: string }>(database.pool, 'touched', {
      by: ['version'],
      pageSize: 1,
    });
    const done = await entriesAfter(touched, null, 2);

    await sql('UPDATE touched SET version = 0 WHERE order_id = 4');
    const rest = await entriesAfter(touched, cursorOfLast(done));

    expect([...done, ...rest].map(({ item }) => item.order_id)).toEqual([1, 2, 3, 5]);
  });
});

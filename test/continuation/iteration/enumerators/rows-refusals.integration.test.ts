import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowDatabase } from '../../../../src/continuation/iteration/enumerators/row-database.js';
import * as refusals from '../../../../src/continuation/iteration/enumerators/row-errors.js';
import type { RowQuery } from '../../../../src/continuation/iteration/enumerators/row-query.js';
import { type RowsOptions, rows } from '../../../../src/continuation/iteration/enumerators/rows.js';
import { createEmptyTestDatabase, type TestDatabase } from '../../../servers/test-database.js';
import { aWatchedDatabase } from './a-watched-database.js';
import { entriesAfter } from './entries-after.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyTestDatabase();
  await database.pool.query(`
    CREATE TABLE customers (id int PRIMARY KEY, email text, since timestamptz NOT NULL);
    CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, paid_at timestamptz,
                         took interval NOT NULL DEFAULT '1 day', cost money NOT NULL DEFAULT 1);
    CREATE VIEW all_orders AS SELECT o.id, c.id AS customer FROM orders o LEFT JOIN customers c ON c.id = o.customer_id;
    CREATE TABLE notes (note text);
    CREATE TABLE parents (id int, CONSTRAINT set NOT NULL id NO INHERIT);
    CREATE TABLE children () INHERITS (parents);
    INSERT INTO customers SELECT i, NULL, now() FROM generate_series(1, 3) i;
    INSERT INTO orders SELECT i, 1, CASE WHEN i > 1 THEN to_timestamp(i) END FROM generate_series(1, 3) i;
    ALTER TABLE notes ADD CONSTRAINT noted NOT NULL note NOT VALID`);
});
afterAll(() => database.drop());

const read = (query: RowQuery, options: RowsOptions) =>
  entriesAfter(rows(database.pool, query, options), null);

const countOf = async (text: string, options: RowsOptions) => (await read({ text }, options)).length;

describe('rows refuse, before the first item,', () => {
  it.each([
    ['a nullable column', 'SELECT * FROM orders', ['paid_at'], 'its table allows it'],
    ['one of several', 'SELECT * FROM orders', ['paid_at', 'id'], 'its table allows it'],
    [
      'the empty side of an outer join',
      'SELECT c.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id',
      ['id'],
      'outer join',
    ],
    [
      'the empty side of an outer join in a subquery',
      'SELECT * FROM (SELECT c.id FROM customers c RIGHT JOIN orders o ON c.id = o.customer_id) AS c',
      ['id'],
      'outer join',
    ],
    ['the empty side of an outer join in a view', 'SELECT customer FROM all_orders', ['customer'], 'a view'],
    ['a column of grouping sets', 'SELECT id FROM orders GROUP BY ROLLUP (id)', ['id'], 'grouping sets'],
    ['an expression', 'SELECT lower(email) AS email FROM customers', ['email'], 'it is computed'],
    [
      'a scalar subquery',
      'SELECT (SELECT c.id FROM customers c WHERE c.id > o.id LIMIT 1) AS id FROM orders o',
      ['id'],
      'it is computed',
    ],
    [
      'a set operation with a null in it',
      'SELECT id FROM orders UNION ALL SELECT NULL',
      ['id'],
      'it is computed',
    ],
    ['a NOT NULL that those who inherit don’t have', 'SELECT id FROM parents', ['id'], 'inherits'],
    ['a NOT NULL that nothing has validated yet', 'SELECT note FROM notes', ['note'], 'its table allows it'],
  ])('%s, which may be null', async (_, text, by, why) => {
    const reading = read({ text }, { by });

    await expect(reading).rejects.toThrow(refusals.NullableKeyError);
    await expect(reading).rejects.toThrow(why);
  });

  it('two columns of one name, which never came to an end elsewhere', async () => {
    const text = 'SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id';

    await expect(read({ text }, { by: ['id'] })).rejects.toThrow(refusals.DuplicateColumnError);
  });

  it.each([['identifier'], ['o.id'], ['ID']])(
    'the column %s, which the query doesn’t return',
    async (column) => {
      const reading = read({ text: 'SELECT o.id, o.paid_at FROM orders o' }, { by: [column] });

      await expect(reading).rejects.toThrow(refusals.UnknownColumnError);
      await expect(reading).rejects.toThrow('It returns id, paid_at.');
    },
  );

  it.each([
    [{ text: 'SELECT id FROM orders' }, {}, 'has no primary key'],
    ['notes', {}, "'notes' has no primary key"],
    ['orders', { by: [] }, 'names no column'],
    ['orders', { by: ['id', 'id'] }, "names 'id' twice"],
  ])('a key that nobody names: %j by %j', async (query, options, why) => {
    const reading = read(query, options);

    await expect(reading).rejects.toThrow(refusals.UnusableKeyError);
    await expect(reading).rejects.toThrow(why);
  });

  it.each([['no_such_table'], ['Orders"'], ['SELECT * FROM orders']])(
    'a table that isn’t one: %s',
    async (table) => {
      await expect(read(table, {})).rejects.toThrow(refusals.UnknownTableError);
    },
  );

  it.each([['took'], ['cost']])('%s, whose text depends on the session', async (column) => {
    await expect(read('orders', { by: [column] })).rejects.toThrow(refusals.KeyTypeError);
  });

  it('an order of the caller’s', async () => {
    const reading = read({ text: 'SELECT * FROM orders ORDER BY paid_at' }, { by: ['id'] });

    await expect(reading).rejects.toThrow(refusals.OrderedQueryError);
  });

  it('a query that changes data, which each page would do again', async () => {
    const text = 'WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone';

    await expect(read({ text }, { by: ['id'] })).rejects.toThrow('data-modifying');
    expect(await countOf('SELECT * FROM orders', { by: ['id'] })).toBe(3);
  });

  it('a page size that isn’t one, at once', () => {
    expect(() => rows(database.pool, 'orders', { pageSize: 0 })).toThrow('pageSize is 0');
  });

  it('a foreign table’s NOT NULL, which nobody holds, also where it is a partition or in a view', async () => {
    const path = join(tmpdir(), `leftoff-foreign-${process.pid}.csv`);
    writeFileSync(path, '1\n2\n\\N\n4\n', { mode: 0o644 });
    try {
      await database.pool.query(`
        CREATE EXTENSION file_fdw;
        CREATE SERVER elsewhere FOREIGN DATA WRAPPER file_fdw;
        CREATE FOREIGN TABLE abroad (id int NOT NULL) SERVER elsewhere OPTIONS (filename '${path}');
        CREATE VIEW seen_abroad AS SELECT id FROM abroad;
        CREATE TABLE parted (id int NOT NULL) PARTITION BY RANGE (id);
        CREATE TABLE parted_here PARTITION OF parted FOR VALUES FROM (100) TO (200);
        CREATE FOREIGN TABLE parted_abroad PARTITION OF parted FOR VALUES FROM (0) TO (100)
          SERVER elsewhere OPTIONS (filename '${path}')`);

      for (const table of ['abroad', 'seen_abroad', 'parted'])
        await expect(read(table, { by: ['id'] })).rejects.toThrow(refusals.NullableKeyError);
    } finally {
      rmSync(path);
    }
  });

  it('the empty side of an outer join right after a column called as', async () => {
    const text = `
      SELECT c.id, o.id AS "order" FROM orders o
      JOIN (SELECT id, id AS "as" FROM orders) AS p ON o.id = p.as LEFT JOIN customers c ON c.id = o.id + 1`;

    await expect(read({ text }, { by: ['id'] })).rejects.toThrow(refusals.NullableKeyError);
  });

  it('a key of a type of the database’s own whose text is too short in this session', async () => {
    const client = await database.pool.connect();
    try {
      await client.query(`
        CREATE EXTENSION cube;
        CREATE TEMP TABLE cubes (at cube PRIMARY KEY);
        INSERT INTO cubes VALUES (cube(0.6999999999999999::float8)), (cube(0.7::float8))`);

      expect(await entriesAfter(rows(client, 'cubes'), null)).toHaveLength(2);

      await client.query('SET extra_float_digits = 0');
      await expect(entriesAfter(rows(client, 'cubes'), null)).rejects.toThrow(refusals.InexactKeyError);
    } finally {
      client.release(true);
    }
  });

  it('a null that comes into the key while they are read, and say so', async () => {
    await database.pool.query('CREATE TABLE loose (id int NOT NULL UNIQUE)');
    const loosening: RowDatabase = {
      query: async (statement) => {
        const isPage = /LIMIT [1-9]\d*$/.test(statement.text);
        if (isPage)
          await database.pool.query(
            'ALTER TABLE loose ALTER id DROP NOT NULL; INSERT INTO loose VALUES (NULL)',
          );
        return database.pool.query(statement);
      },
    };

    await expect(entriesAfter(rows(loosening, 'loose', { by: ['id'] }), null)).rejects.toThrow(
      "The key column 'id' may be null: a row has a null there by now",
    );
  });

  it('a floating-point key of a session that prints too few digits', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('SET extra_float_digits = -5; CREATE TEMP TABLE floats (x float8 PRIMARY KEY)');
      await client.query('INSERT INTO floats VALUES (0.1), (0.30000000000000004)');

      await expect(entriesAfter(rows(client, 'floats'), null)).rejects.toThrow(refusals.InexactKeyError);
    } finally {
      client.release(true);
    }
  });
});

describe('rows are read', () => {
  it.each([
    [
      'by the side of an outer join that is always there',
      'SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.id',
    ],
    ['through a view', 'SELECT id FROM all_orders'],
    ['by a column that is grouped by', 'SELECT id, count(*) FROM orders GROUP BY id'],
    ['from a set operation', 'SELECT id FROM orders UNION ALL SELECT id FROM customers WHERE id > 3'],
    ['from a CTE', 'WITH o AS MATERIALIZED (SELECT id FROM orders) SELECT * FROM o'],
    ['by a column under another name', 'SELECT customer_id AS owner, id FROM orders'],
  ])('%s, since it can’t be null', async (_, text) => {
    expect(await countOf(text, { by: ['id'] })).toBe(3);
  });

  it('without those that have a null in their key, where that is said', async () => {
    const options: RowsOptions = { by: ['paid_at', 'id'], nulls: 'left out', pageSize: 1 };

    expect(await countOf('SELECT * FROM orders', options)).toBe(2);
    expect(await countOf('SELECT * FROM orders', { ...options, order: 'descending' })).toBe(2);
    expect(await countOf('SELECT * FROM orders', { ...options, by: ['id', 'paid_at'] })).toBe(2);
  });

  it('asked for nothing but what is there: the refusals cost three short statements', async () => {
    const watched = aWatchedDatabase(database.pool);

    await entriesAfter(rows(watched, 'orders'), null);

    expect(watched.statements.length - watched.pages().length).toBe(3);
  });
});

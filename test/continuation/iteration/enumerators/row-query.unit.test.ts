import { describe, expect, it } from 'vitest';
import {
  OrderedQueryError,
  UnknownTableError,
  UnusableQueryError,
} from '../../../../src/continuation/iteration/enumerators/row-errors.js';
import { checkQuery, checkTableName } from '../../../../src/continuation/iteration/enumerators/row-query.js';

const check =
  (text: string, values: readonly unknown[] = []) =>
  () =>
    checkQuery({ text, values });

describe('a query for rows', () => {
  it.each([
    ['SELECT * FROM orders ORDER BY id', 'ORDER BY'],
    ['SELECT * FROM orders order\n/* so */ by id', 'ORDER BY'],
    ['SELECT * FROM orders LIMIT 5', 'LIMIT'],
    ['SELECT * FROM orders OFFSET 5', 'OFFSET'],
    ['SELECT * FROM orders FETCH FIRST 5 ROWS ONLY', 'FETCH'],
    ['SELECT * FROM orders FOR UPDATE', 'a locking clause (FOR UPDATE and the like)'],
    ['SELECT * FROM orders FOR NO KEY UPDATE SKIP LOCKED', 'a locking clause (FOR UPDATE and the like)'],
    ['SELECT * FROM orders FOR SHARE OF orders', 'a locking clause (FOR UPDATE and the like)'],
    ['(SELECT * FROM orders LIMIT 5)', 'LIMIT'],
    ['((SELECT * FROM orders ORDER BY id)) ;', 'ORDER BY'],
    ['(SELECT 1 AS a) UNION (SELECT 2) ORDER BY a', 'ORDER BY'],
    ['WITH o AS (SELECT * FROM orders) SELECT * FROM o LIMIT 1', 'LIMIT'],
    ['TABLE orders ORDER BY id', 'ORDER BY'],
    ["SELECT ')' FROM orders LIMIT 1", 'LIMIT'],
    ["SELECT E'\\'(' FROM orders LIMIT 1", 'LIMIT'],
    ['SELECT $q$($q$ FROM orders LIMIT 1', 'LIMIT'],
    ['SELECT 1 AS "(" FROM orders LIMIT 1', 'LIMIT'],
    ['SELECT 1 /* ( /* ( */ ( */ FROM orders LIMIT 1', 'LIMIT'],
    ['SELECT 1 -- (\n FROM orders LIMIT 1', 'LIMIT'],
    ['SELECT * FROM a WHERE id < a.as LIMIT 1', 'LIMIT'],
    ['SELECT * FROM a WHERE id < a . as ORDER BY id', 'ORDER BY'],
  ])('is refused with a clause at its top level that pages have to decide: %s', (text, clause) => {
    expect(check(text)).toThrow(OrderedQueryError);
    expect(check(text)).toThrow(`The query has ${clause} at its top level`);
  });

  it.each([
    ["SELECT 'x ORDER BY y LIMIT 5' AS a FROM orders"],
    ["SELECT 'it''s LIMIT 5' AS a"],
    ["SELECT E'\\' LIMIT 5' AS a"],
    ['SELECT $tag$ LIMIT 5 $$ LIMIT $tag$ AS a'],
    ['SELECT "limit", "order" FROM orders'],
    ['SELECT o.limit, o.order, o . offset FROM orders o'],
    ['SELECT a AS limit, b AS offset FROM orders'],
    ['SELECT * FROM orders -- ORDER BY id'],
    ['SELECT * FROM orders /* LIMIT /* 5 */ ORDER BY */'],
    ['SELECT * FROM (SELECT * FROM orders ORDER BY id LIMIT 5) AS first_five'],
    ['WITH few AS (SELECT * FROM orders ORDER BY id LIMIT 5 FOR UPDATE) SELECT * FROM few'],
    ['SELECT *, row_number() OVER (ORDER BY id) FROM orders'],
    ['SELECT array_agg(id ORDER BY id) AS ids, substring(name FOR 3) AS name FROM orders GROUP BY 2'],
    ['(SELECT * FROM a LIMIT 1) UNION ALL (SELECT * FROM b LIMIT 1)'],
    ['VALUES (1), (2)'],
    ['TABLE orders'],
  ])('may have the same words in strings, names, comments, subqueries and CTEs: %s', (text) => {
    expect(check(text)).not.toThrow();
  });

  it.each([['UPDATE orders SET paid = true RETURNING id'], ['SELECT 1; SELECT 2'], ['-- nothing'], ['']])(
    'is refused where it isn’t one statement to read from: %s',
    (text) => {
      expect(check(text)).toThrow(UnusableQueryError);
    },
  );

  it('is refused with a parameter that has no value, which would take one of ours', () => {
    expect(check('SELECT * FROM orders WHERE shop = $2', [1])).toThrow('parameter $2, and 1 values');
    expect(check("SELECT '$2' AS a FROM orders WHERE shop = $1", [1])).not.toThrow();
  });

  it.each([
    ['SELECT 1 AS a; -- done', '', 'SELECT 1 AS a'],
    ['((SELECT 1 AS a)) -- done', '', 'SELECT 1 AS a'],
    ['WITH o AS (SELECT 1 AS a) SELECT * FROM o', 'WITH o AS (SELECT 1 AS a) ', 'SELECT * FROM o'],
    [
      'WITH RECURSIVE values (a) AS NOT MATERIALIZED (VALUES (1)), p AS (TABLE o) TABLE p',
      'WITH RECURSIVE values (a) AS NOT MATERIALIZED (VALUES (1)), p AS (TABLE o) ',
      'TABLE p',
    ],
    [
      'WITH o AS (SELECT 1 AS a) (SELECT * FROM o) UNION TABLE o',
      'WITH o AS (SELECT 1 AS a) ',
      '(SELECT * FROM o) UNION TABLE o',
    ],
    [
      'WITH o AS (DELETE FROM p RETURNING *) SELECT * FROM o',
      '',
      'WITH o AS (DELETE FROM p RETURNING *) SELECT * FROM o',
    ],
  ])(
    'is taken into what stands before a SELECT around it, and what stands in it: %s',
    (text, withClause, body) => {
      expect(checkQuery({ text })).toMatchObject({ withClause, body });
    },
  );

  it.each([
    ['SELECT * FROM a LEFT JOIN b USING (id)', true],
    ['SELECT * FROM a right outer join b USING (id)', true],
    ['SELECT * FROM (SELECT * FROM a NATURAL FULL JOIN b) AS c', true],
    ['SELECT a, count(*) FROM t GROUP BY ROLLUP (a)', true],
    ['SELECT a, count(*) FROM t GROUP BY GROUPING SETS ((a), ())', true],
    ['SELECT a, count(*) FROM t GROUP BY CUBE (a)', true],
    ['SELECT p.id FROM a JOIN b ON b.id = a.as LEFT JOIN p ON p.id = a.id', true],
    ["SELECT left(name, 1), 'LEFT JOIN' AS a FROM t JOIN u USING (id)", false],
    ['SELECT * FROM a -- LEFT JOIN b', false],
  ])('is known to add nulls or not by its joins: %s', (text, canAddNulls) => {
    expect(checkQuery({ text })).toMatchObject({ canAddNulls });
  });
});

describe('a table’s name', () => {
  it.each([['orders'], ['public.orders'], ['"Orders"'], ['shop."my ""best"" orders"']])(
    'can be %s',
    (name) => {
      expect(checkTableName(name)).toBe(name);
    },
  );

  it.each([['SELECT * FROM orders'], ['orders; DROP TABLE orders'], ['orders o'], [''], ['public.']])(
    'is no other SQL: %s',
    (name) => {
      expect(() => checkTableName(name)).toThrow(UnknownTableError);
    },
  );
});

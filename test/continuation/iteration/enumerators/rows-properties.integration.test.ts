import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../../src/continuation/cursor.js';
import { rowBatches } from '../../../../src/continuation/iteration/enumerators/row-batches.js';
import type { RowCursor, RowOrder } from '../../../../src/continuation/iteration/enumerators/row-key.js';
import { createEmptyTestDatabase, type TestDatabase } from '../../../servers/test-database.js';

const lowest = -20;
const highest = 40;

interface KeyShape {
  readonly name: string;
  /** SQL expressions of the key's columns out of `n`. */
  readonly columns: readonly string[];
}

const shapes: readonly KeyShape[] = [
  { name: 'int2', columns: ['n::int2'] },
  { name: 'int4', columns: ['-n'] },
  { name: 'int8 past what a number holds', columns: ['n + 9007199254740992::int8'] },
  { name: 'numeric', columns: ['n::numeric / 8 + 12345678901234567890'] },
  { name: 'float8', columns: ['n::float8 / 3'] },
  { name: 'text of digits', columns: ['n::text'] },
  { name: 'text with quotes in C', columns: [`(chr(39) || n || '"\\é') COLLATE "C"`] },
  { name: 'varchar', columns: ["('v' || n)::varchar"] },
  { name: 'uuid', columns: ['md5(n::text)::uuid'] },
  { name: 'bytea', columns: ["decode(md5(n::text), 'hex')"] },
  { name: 'date', columns: ["'0001-01-20 BC'::date + n"] },
  { name: 'timestamp in microseconds', columns: ["'2024-03-31'::timestamp + n * interval '1 microsecond'"] },
  {
    name: 'timestamptz in microseconds',
    columns: ["'2024-03-31Z'::timestamptz + n * interval '1 microsecond'"],
  },
  { name: 'boolean and int4', columns: ['n % 2 = 0', 'n'] },
  { name: 'enum and int8', columns: ['(enum_range(NULL::mood))[1 + abs(n) % 3]', 'n::int8'] },
  {
    name: 'timestamptz and uuid',
    columns: ["'2024-03-31Z'::timestamptz + n / 4 * interval '1 us'", 'md5(n::text)::uuid'],
  },
  { name: 'text, date and int2', columns: ["'t' || n % 2", "'2024-01-01'::date + n % 3", 'n::int2'] },
];

let database: TestDatabase;
let client: PoolClient;
/** All numbers that a test may use, in the order of the shape's key. */
const ascendingNumbers = new Map<string, readonly number[]>();
beforeAll(async () => {
  database = await createEmptyTestDatabase();
  client = await database.pool.connect();
  await client.query("CREATE TYPE mood AS ENUM ('sad', 'so so', 'happy')");
  for (const { name, columns } of shapes) {
    const keys = columns.map((_, i) => `k${i}`).join(', ');
    await client.query(`
      CREATE TABLE "${name}" AS SELECT n, ${columns.map((column, i) => `${column} AS k${i}`).join(', ')}
      FROM generate_series(${lowest}, ${highest}) n;
      ALTER TABLE "${name}" ADD PRIMARY KEY (${keys})`);
    const { rows: ordered } = await client.query<{ n: number }>(`SELECT n FROM "${name}" ORDER BY ${keys}`);
    ascendingNumbers.set(
      name,
      ordered.map(({ n }) => n),
    );
  }
});
afterAll(async () => {
  client.release();
  await database.drop();
});

const sessions = [
  "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY'; SET bytea_output = 'hex'",
  "SET TimeZone = 'Asia/Kolkata'; SET DateStyle = 'SQL, DMY'; SET bytea_output = 'escape'",
  "SET TimeZone = 'America/St_Johns'; SET DateStyle = 'German'; SET bytea_output = 'hex'",
];

const aNumber = fc.integer({ min: lowest, max: highest });

/** What happens after an item was met. */
const anEvent = fc.oneof(
  fc.record({ kind: fc.constantFrom('insert' as const, 'delete' as const), n: aNumber }),
  fc.record({ kind: fc.constant('interrupt' as const), session: fc.nat(sessions.length - 1) }),
  fc.record({ kind: fc.constant('nothing' as const) }),
);

const aCase = fc.record({
  shape: fc.constantFrom(...shapes),
  numbers: fc.uniqueArray(aNumber, { maxLength: 30 }),
  order: fc.constantFrom<RowOrder>('ascending', 'descending'),
  pageSize: fc.integer({ min: 1, max: 9 }),
  batchSize: fc.integer({ min: 1, max: 5 }),
  events: fc.array(anEvent, { maxLength: 40 }),
});

async function insert({ name, columns }: KeyShape, numbers: readonly number[]): Promise<void> {
  await client.query(
    `INSERT INTO "${name}" SELECT n, ${columns.join(', ')} FROM unnest($1::int[]) n ON CONFLICT DO NOTHING`,
    [numbers],
  );
}

describe('rows of any key', () => {
  it('that stay are met exactly once and in order, whatever comes, goes and interrupts', async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async ({ shape, numbers, order, pageSize, batchSize, events }) => {
        await client.query(`DELETE FROM "${shape.name}"`);
        await insert(shape, numbers);
        const staying = new Set(numbers);
        const met: number[] = [];
        let cursor: RowCursor | null = null;
        const readOn = () =>
          rowBatches<{ n: number }>(client, `"${shape.name}"`, { order, pageSize, batchSize })
            .after(cursor)
            [Symbol.asyncIterator]();
        let batches = readOn();

        for (let i = 0; ; i += 1) {
          const next = await batches.next();
          if (next.done) break;
          if ('notNow' in next.value) continue;
          met.push(...next.value.item.map(({ n }) => n));
          cursor = decodeCursor<RowCursor>(encodeCursor(next.value.cursor));
          const event = events[i];
          switch (event?.kind) {
            case 'insert':
              await insert(shape, [event.n]);
              break;
            case 'delete':
              await client.query(`DELETE FROM "${shape.name}" WHERE n = $1`, [event.n]);
              staying.delete(event.n);
              break;
            case 'interrupt':
              await client.query(sessions[event.session] ?? '');
              batches = readOn();
          }
        }

        const ascending = ascendingNumbers.get(shape.name) ?? [];
        const inOrder = order === 'ascending' ? ascending : [...ascending].reverse();
        expect(met).toEqual(inOrder.filter((n) => met.includes(n)));
        expect(met).toEqual(expect.arrayContaining([...staying]));
      }),
      { numRuns: 300 },
    );
  });
});

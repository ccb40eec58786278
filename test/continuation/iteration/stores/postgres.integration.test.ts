import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreUnusableError } from '../../../../src/continuation/iteration/stores/checkpoint-store.js';
import { postgresStore } from '../../../../src/continuation/iteration/stores/postgres.js';
import {
  CheckpointsTableForbiddenError,
  CheckpointsTableMismatchError,
  CheckpointsTableMissingError,
} from '../../../../src/continuation/iteration/stores/postgres-errors.js';
import { statementsOn } from '../../../../src/continuation/iteration/stores/postgres-statements.js';
import {
  checkpointsTableSql,
  createCheckpointsTable,
} from '../../../../src/continuation/iteration/stores/postgres-table.js';
import { openPool } from '../../../../src/orders/open-pool.js';
import { createEmptyTestDatabase, type TestDatabase } from '../../../servers/test-database.js';
import { describeCheckpointStore, describeClaimsOfRetiredWork } from './checkpoint-store-contract.js';
import { aKey, checkpointAt, epochOf, keep, open } from './store-attempts.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyTestDatabase();
  await createCheckpointsTable(database.pool);
});
afterAll(() => database.drop());

describeCheckpointStore('the postgres store', () => postgresStore({ pool: database.pool }));

describeCheckpointStore('the postgres store with prepared statements', () =>
  postgresStore({ pool: database.pool, prepared: true }),
);

it('has statements on its server only where it is asked to prepare them, one of a kind for each table', async () => {
  const pool = openPool(database.url, { max: 1 });
  const named = async () => {
    const { rows } = await pool.query<{ name: string }>('SELECT name FROM pg_prepared_statements');
    return rows.length;
  };
  const work = async (prepared: boolean, table?: string) => {
    const store = postgresStore({ pool, prepared, ...(table === undefined ? {} : { table }) });
    const session = await open(store, { key: aKey() });
    for (const sequence of [1, 2])
      await session.item(
        (transaction) => transaction.query('SELECT 1'),
        () => checkpointAt(sequence),
      );
    await session.close();
    return named();
  };
  await createCheckpointsTable(pool, { table: 'others' });

  expect(await work(false)).toBe(0);
  expect(await work(true)).toBe(2);
  expect(await work(true)).toBe(2);
  expect(await work(true, 'others')).toBe(4);
  await pool.end();
});

describeClaimsOfRetiredWork('the postgres store', () => postgresStore({ pool: database.pool }));

describe('the row of retired work', () => {
  const table = 'retired';
  const ages = async () => {
    const { rows } = await database.pool.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY name`);
    return rows.map(({ name }) => name);
  };

  it('is forgotten after a week, and no other row is', async () => {
    await createCheckpointsTable(database.pool, { table });
    const store = postgresStore({ pool: database.pool, table });
    const key = aKey();
    await keep(await open(store, { key: { ...key, name: 'at work' } }), checkpointAt(1));
    await store.retire({ ...key, name: 'retired long ago' }, epochOf(1, 1));
    await database.pool.query(`UPDATE ${table} SET updated_at = now() - interval '8 days'`);
    await store.retire({ ...key, name: 'retired today' }, epochOf(1, 1));

    const { text, values } = statementsOn(table, { prepared: false }).forgetRetired(100);
    await database.pool.query(text, values);

    expect(await ages()).toEqual(['at work', 'retired today']);
  });
});

/** A pool of a user of the database's who owns nothing in it. */
async function asSomebodyElse(act: (pool: Pool, role: string) => Promise<void>): Promise<void> {
  const role = `leftoff_test_${randomUUID()}`;
  await database.pool.query(`CREATE ROLE "${role}"`);
  const pool = openPool(`${database.url}?options=${encodeURIComponent(`-c role=${role}`)}`);
  try {
    await act(pool, role);
  } finally {
    await pool.end();
    await database.pool.query(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`);
  }
}

describe('the table of the postgres store', () => {
  it('is created by any number of processes at once, and again', async () => {
    const table = 'created_at_once';

    for (let time = 1; time <= 5; time += 1) {
      await database.pool.query(`DROP TABLE IF EXISTS ${table}`);
      await Promise.all(Array.from({ length: 8 }, () => createCheckpointsTable(database.pool, { table })));
    }

    const session = await open(postgresStore({ pool: database.pool, table }), { key: aKey() });
    await keep(session, checkpointAt(1));
  });

  it('can be one of your own name and schema, from migrations of your own', async () => {
    const table = 'batch jobs.my "checkpoints"';
    await database.pool.query('CREATE SCHEMA "batch jobs"');
    await database.pool.query(checkpointsTableSql({ table }));
    const [store, key] = [postgresStore({ pool: database.pool, table }), aKey()];

    await keep(await open(store, { key }), checkpointAt(1));

    expect(await store.read(key.workflowId)).toHaveLength(1);
    const { rowCount } = await database.pool.query('SELECT FROM "batch jobs"."my ""checkpoints"""');
    expect(rowCount).toBe(1);
  });

  it.each(['nowhere', 'no_schema.leftoff_checkpoints'])(
    'that is missing (%s) is said so, with what to call',
    async (table) => {
      const [store, key] = [postgresStore({ pool: database.pool, table }), aKey()];

      for (const use of [
        () => open(store, { key }),
        () => store.read(key.workflowId),
        () => store.clear(key),
      ]) {
        const error = await use().catch((error: unknown) => error);
        expect(error).toBeInstanceOf(CheckpointsTableMissingError);
        expect(error).toMatchObject({ message: expect.stringContaining('createCheckpointsTable(pool)') });
      }
    },
  );

  it('that the pool’s user may not use is said so', async () => {
    const table = 'forbidden';
    await createCheckpointsTable(database.pool, { table });

    await asSomebodyElse(async (pool) => {
      const opening = open(postgresStore({ pool, table }), { key: aKey() });

      await expect(opening).rejects.toBeInstanceOf(CheckpointsTableForbiddenError);
      await expect(opening).rejects.toBeInstanceOf(StoreUnusableError);
    });
  });

  it('asks for no right to create it where it is there, and for that where it isn’t', async () => {
    const schema = 'of_the_owner';
    const table = `${schema}.leftoff_checkpoints`;

    await asSomebodyElse(async (pool, role) => {
      await database.pool.query(`CREATE SCHEMA ${schema}; GRANT USAGE ON SCHEMA ${schema} TO "${role}"`);
      await expect(createCheckpointsTable(pool, { table })).rejects.toMatchObject({ code: '42501' });
      await createCheckpointsTable(database.pool, { table });

      await createCheckpointsTable(pool, { table });

      await database.pool.query(`DROP SCHEMA ${schema} CASCADE`);
    });
  });

  it('is created once by those who name its schema and those who don’t, at the same time', async () => {
    const table = 'created_by_two_names';

    for (let time = 1; time <= 5; time += 1) {
      await database.pool.query(`DROP TABLE IF EXISTS ${table}`);
      await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          createCheckpointsTable(database.pool, { table: i % 2 === 0 ? table : `public.${table}` }),
        ),
      );
    }
  });

  it.each([
    { what: 'a column', alter: 'DROP COLUMN sequence' },
    { what: 'its key', alter: 'DROP CONSTRAINT altered_pkey' },
  ])('that lacks $what is said to be none for checkpoints', async ({ alter }) => {
    const table = 'altered';
    await database.pool.query(`DROP TABLE IF EXISTS ${table}`);
    await createCheckpointsTable(database.pool, { table });
    await database.pool.query(`ALTER TABLE ${table} ${alter}`);

    const opening = open(postgresStore({ pool: database.pool, table }), { key: aKey() });

    await expect(opening).rejects.toBeInstanceOf(CheckpointsTableMismatchError);
    await expect(opening).rejects.toThrow('checkpointsTableSql()');
  });
});

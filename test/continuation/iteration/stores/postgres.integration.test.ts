import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresStore } from '../../../../src/continuation/iteration/stores/postgres.js';
import { CheckpointsTableMissingError } from '../../../../src/continuation/iteration/stores/postgres-errors.js';
import {
  checkpointsTableSql,
  createCheckpointsTable,
} from '../../../../src/continuation/iteration/stores/postgres-table.js';
import { createEmptyTestDatabase, type TestDatabase } from '../../../servers/test-database.js';
import { describeCheckpointStore } from './checkpoint-store-contract.js';
import { aKey, checkpointAt, keep, open } from './store-attempts.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyTestDatabase();
  await createCheckpointsTable(database.pool);
});
afterAll(() => database.drop());

describeCheckpointStore('the postgres store', () => postgresStore({ pool: database.pool }));

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
});

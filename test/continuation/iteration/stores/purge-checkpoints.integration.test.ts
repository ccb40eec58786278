import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createCheckpointsTable,
  postgresStore,
  purgeCheckpoints,
} from '../../../../src/continuation/iteration/index.js';
import { CheckpointsTableMissingError } from '../../../../src/continuation/iteration/stores/postgres-errors.js';
import { createEmptyTestDatabase, type TestDatabase } from '../../../servers/test-database.js';
import { aKey, checkpointAt, keep, open } from './store-attempts.js';

const dayMs = 24 * 3_600_000;
const table = 'kept here';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyTestDatabase();
  await createCheckpointsTable(database.pool, { table });
});
afterAll(() => database.drop());

/** A run's checkpoint that was written so long ago. */
async function aCheckpoint(writtenBeforeMs: number): Promise<string> {
  const key = aKey();
  await keep(await open(postgresStore({ pool: database.pool, table }), { key }), checkpointAt(1));
  await database.pool.query(
    `UPDATE "kept here" SET updated_at = now() - $2 * interval '1 ms' WHERE workflow_id = $1`,
    [key.workflowId, writtenBeforeMs],
  );
  return key.workflowId;
}

const read = (run: string) => postgresStore({ pool: database.pool, table }).read(run);

describe('purging checkpoints', () => {
  it('removes those that were not written for so long, says how many, and leaves the others', async () => {
    const [old, older, young] = [
      await aCheckpoint(8 * dayMs),
      await aCheckpoint(9 * dayMs),
      await aCheckpoint(0),
    ];

    expect(await purgeCheckpoints(database.pool, { olderThanMs: 7 * dayMs, table })).toBe(2);

    expect(await read(old)).toEqual([]);
    expect(await read(older)).toEqual([]);
    expect(await read(young)).toHaveLength(1);
    expect(await purgeCheckpoints(database.pool, { olderThanMs: 7 * dayMs, table })).toBe(0);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses an age that is none: %d',
    async (olderThanMs) => {
      await expect(purgeCheckpoints(database.pool, { olderThanMs, table })).rejects.toBeInstanceOf(
        RangeError,
      );
    },
  );

  it('says where the table isn’t there', async () => {
    const purging = purgeCheckpoints(database.pool, { olderThanMs: dayMs, table: 'nowhere' });

    await expect(purging).rejects.toBeInstanceOf(CheckpointsTableMissingError);
  });
});

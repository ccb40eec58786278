import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaitWorkersDisconnected, readPostgresWrites } from '../../../src/cli/compare/count-writes.js';
import { openPool } from '../../../src/orders/open-pool.js';
import { workerConnections } from '../../../src/worker/worker-connections.js';
import { createTestDatabase, type TestDatabase } from '../../servers/test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('writes of a worker', () => {
  it('are all counted when its connections have ended, and that is waited for', async () => {
    const before = await readPostgresWrites(database.pool);
    const worker = openPool(database.url, { name: workerConnections(1) });
    await worker.query(
      `INSERT INTO leftoff_checkpoints (workflow_id, chain, name, generation, attempt, sequence)
       SELECT 'run-' || n, '', '', 1, 1, 0 FROM generate_series(1, 7) AS n`,
    );
    let told = false;

    const waited = awaitWorkersDisconnected(database.pool).then(() => {
      told = true;
    });
    await database.pool.query('SELECT pg_sleep(0.1)');
    expect(told).toBe(false);
    await worker.end();
    await waited;

    const after = await readPostgresWrites(database.pool);
    expect(after).toEqual({ writes: (before?.writes ?? 0) + 7, start: before?.start });
  });
});

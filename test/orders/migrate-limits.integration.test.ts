import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/orders/migrate.js';
import { UserError } from '../../src/user-error.js';
import { createEmptyTestDatabase, type TestDatabase } from '../servers/test-database.js';

/** node-pg-migrate's own. */
const lockId = '7241865325823964';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyTestDatabase();
});
afterAll(() => database.drop());

describe('migrating', () => {
  it('while another holds the lock says so after a while, instead of hanging', async () => {
    const holder = await database.pool.connect();
    await holder.query('SELECT pg_advisory_lock($1)', [lockId]);

    const waiting = migrate(database.url, { lockTimeoutMs: 50 });

    await expect(waiting).rejects.toThrow('held by another connection');
    await expect(waiting).rejects.toBeInstanceOf(UserError);
    holder.release(true);
  });

  it('by a server that accepts and then says nothing is an error within seconds', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    await expect(migrate(`postgresql://127.0.0.1:${port}/orders`)).rejects.toThrow(/timeout/);

    for (const socket of sockets) socket.destroy();
    silent.close();
  }, 15_000);
});

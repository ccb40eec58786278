import { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { postgresStore, StoreOutageError } from '../../src/continuation/iteration/index.js';
import { inTransaction } from '../../src/orders/in-transaction.js';
import { openPool } from '../../src/orders/open-pool.js';
import { aServerThatHangsUp } from './a-server-that-hangs-up.js';

let server: Awaited<ReturnType<typeof aServerThatHangsUp>>;
const crashed = vi.fn();

beforeEach(async () => {
  server = await aServerThatHangsUp();
  // pg's own event, where nobody listens: it would end the process.
  process.on('uncaughtException', crashed);
});
afterEach(async () => {
  process.off('uncaughtException', crashed);
  crashed.mockReset();
  await server.close();
});

const key = { workflowId: 'orders-1', chain: 'first', name: 'process' };

describe('a server that ends a connection in the very moment it lets us in', () => {
  it('fails what was asked of it, and ends no process', async () => {
    const pool = openPool(server.url);

    await expect(inTransaction(pool, async () => undefined)).rejects.toThrow();

    expect(crashed).not.toHaveBeenCalled();
    await pool.end();
  });

  it('is an outage of the store, also through a pool of the user’s own', async () => {
    const pool = new Pool({ connectionString: server.url });
    pool.on('error', () => undefined);
    const store = postgresStore({ pool });

    const opening = store.open({
      ...{ key, epoch: { generation: 1, attempt: 1 }, every: 1, warn: () => undefined },
    });

    await expect(opening).rejects.toThrow(StoreOutageError);
    expect(crashed).not.toHaveBeenCalled();
    await pool.end();
  });
});

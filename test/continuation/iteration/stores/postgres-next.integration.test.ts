/** Items that follow at once: the transaction of each is begun along with the commit of the one before. */
import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  FenceLostError,
  type StoreSession,
  type Transaction,
} from '../../../../src/continuation/iteration/stores/checkpoint-store.js';
import { postgresStore } from '../../../../src/continuation/iteration/stores/postgres.js';
import { createCheckpointsTable } from '../../../../src/continuation/iteration/stores/postgres-table.js';
import { openPool } from '../../../../src/orders/open-pool.js';
import { aSignal } from '../../a-signal.js';
import { anEffectsTable, type EffectsTable, haveEffect } from './an-effects-table.js';
import { aKey, checkpointAt, epochOf, keep, open } from './store-attempts.js';

describe('a transaction that was begun along with the commit before', () => {
  let database: EffectsTable;
  beforeAll(async () => {
    database = await anEffectsTable({ pipeline: true });
    await createCheckpointsTable(database.pool);
    await database.pool.query('CREATE TABLE deferred (item integer UNIQUE DEFERRABLE INITIALLY DEFERRED)');
  });
  afterAll(() => database.drop());
  afterEach(async () => {
    vi.restoreAllMocks();
    await expect.poll(() => database.sessions()).toEqual({ idleInTransaction: 0, waiting: 0 });
    expect(database.pool.idleCount).toBe(database.pool.totalCount);
  });

  const aStore = (idleInTransactionMs = 10_000) =>
    postgresStore({ pool: database.pool, idleInTransactionMs });

  interface Run {
    readonly run: string;
    readonly session: StoreSession<Transaction>;
    item(item: number, work?: (transaction: Transaction) => Promise<unknown>): Promise<unknown>;
  }

  /** A run of which items have followed at once: the next one's transaction is begun as this returns. */
  async function goingOn(key = aKey(), idleInTransactionMs?: number): Promise<Run> {
    const run = key.workflowId;
    const session = await open(aStore(idleInTransactionMs), { key });
    const item: Run['item'] = (number, work = async () => undefined) =>
      session.item(
        async (transaction) => {
          await haveEffect(transaction, run, number);
          await work(transaction);
        },
        () => checkpointAt(number),
      );
    await item(1);
    await item(2);
    await item(3);
    return { run, session, item };
  }

  it('is the next item’s, and asks the pool for nothing', async () => {
    const { run, item } = await goingOn();
    const connect = vi.spyOn(database.pool, 'connect');

    await item(4);
    await item(5);

    expect(connect).not.toHaveBeenCalled();
    expect(await database.effectsOf(run)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is given up where the work waits for anything before its first statement', async () => {
    const { run, session } = await goingOn();
    await session.item(
      async (transaction) => {
        await expect.poll(() => database.sessions()).toEqual({ idleInTransaction: 0, waiting: 0 });
        await haveEffect(transaction, run, 4);
      },
      () => checkpointAt(4),
    );

    expect(await database.effectsOf(run)).toEqual([1, 2, 3, 4]);
  });

  it('keeps nobody waiting who takes over between two items: the next one is refused', async () => {
    const key = aKey();
    const { run, item } = await goingOn(key);

    const successor = await open(aStore(), { key, epoch: epochOf(1, 2) });
    const late = item(4);

    await expect(late).rejects.toBeInstanceOf(FenceLostError);
    expect(successor.stored).toMatchObject({ cursor: 3 });
    expect(await database.effectsOf(run)).toEqual([1, 2, 3]);
  });

  it('is taken back with an item that fails, and the one after it has its own', async () => {
    const { run, item } = await goingOn();
    const failure = new Error('on second thoughts');

    await expect(item(4, () => Promise.reject(failure))).rejects.toBe(failure);
    await item(4);

    expect(await database.effectsOf(run)).toEqual([1, 2, 3, 4]);
  });

  it('comes to nothing where the commit is refused: nothing of that item is kept, and the session goes on', async () => {
    const { run, item } = await goingOn();
    const twice = (transaction: Transaction) =>
      transaction.query('INSERT INTO deferred VALUES (1), (1)').then(() => undefined);

    await expect(item(4, twice)).rejects.toMatchObject({ code: '23505' });
    await item(4);

    expect(await database.effectsOf(run)).toEqual([1, 2, 3, 4]);
  });

  it('makes way for a checkpoint that comes without a statement, and for one of a flush', async () => {
    const key = aKey();
    const { session, item } = await goingOn(key);

    await keep(session, checkpointAt(4));
    await item(5);
    await item(6);
    await session.flush(checkpointAt(7));

    expect(await aStore().read(key.workflowId)).toMatchObject([{ checkpoint: { cursor: 7 } }]);
  });

  it('holds nothing any more soon after the last item, also of a session that nobody closes', async () => {
    await goingOn();

    await expect.poll(() => database.pool.idleCount).toBe(database.pool.totalCount);
    expect(await database.sessions()).toEqual({ idleInTransaction: 0, waiting: 0 });
  });

  it('is given up where the work computes for long before its first statement', async () => {
    const { run, session } = await goingOn(aKey(), 200);

    await session.item(
      async (transaction) => {
        compute(500);
        await haveEffect(transaction, run, 4);
      },
      () => checkpointAt(4),
    );

    expect(await database.effectsOf(run)).toEqual([1, 2, 3, 4]);
  });

  it('makes way where the work asks the pool for a connection of its own first', async () => {
    const { run, item, session } = await goingOn();
    const others = await Promise.all(
      Array.from({ length: database.pool.options.max - 1 }, () => database.pool.connect()),
    );
    try {
      await item(4);
      await item(5);
      await item(6);

      await session.item(
        async (transaction) => {
          await Promise.all([database.pool.query('SELECT 1'), haveEffect(transaction, run, 7)]);
        },
        () => checkpointAt(7),
      );
    } finally {
      for (const other of others) other.release();
    }

    expect(await database.effectsOf(run)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('is not begun while others wait for a connection', async () => {
    const { run, item } = await goingOn();
    vi.spyOn(database.pool, 'waitingCount', 'get').mockReturnValue(1);
    await item(4);
    const connect = vi.spyOn(database.pool, 'connect');

    await item(5);

    expect(connect).toHaveBeenCalledTimes(1);
    expect(await database.effectsOf(run)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is not begun after items that were waited for', async () => {
    const { item } = await goingOn();
    await setTimeout(1);
    await item(4);
    const connect = vi.spyOn(database.pool, 'connect');

    await item(5);

    expect(connect).toHaveBeenCalledTimes(1);
  });
});

describe('where the database defaults to repeatable read', () => {
  let database: EffectsTable;
  beforeAll(async () => {
    database = await anEffectsTable({ pipeline: true });
    await createCheckpointsTable(database.pool);
    await database.pool.query(`
      DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation TO "repeatable read"', current_database()); END $$`);
    // Only sessions from now on have it.
    await database.pool.query('CREATE TABLE seen (item integer PRIMARY KEY)');
  });
  afterAll(() => database.drop());

  async function reconnected(): Promise<Pool> {
    const pool = openPool(database.url, { pipeline: true });
    const { rows } = await pool.query('SHOW transaction_isolation');
    expect(rows).toEqual([{ transaction_isolation: 'repeatable read' }]);
    return pool;
  }

  it('an item sees what was committed before it began: no transaction is begun ahead of it', async () => {
    const pool = await reconnected();
    try {
      const session = await open(postgresStore({ pool }), { key: aKey() });
      const item = (number: number) =>
        session.item(
          (transaction) => transaction.query('INSERT INTO seen VALUES ($1)', [number]),
          () => checkpointAt(number),
        );
      await item(1);
      await item(2);
      const connect = vi.spyOn(pool, 'connect');

      await item(3);

      expect(connect).toHaveBeenCalledTimes(1);
    } finally {
      await pool.end();
    }
  });

  it('whoever takes over while the owner commits is not refused for that', async () => {
    const [pool, key] = [await reconnected(), aKey()];
    try {
      const store = postgresStore({ pool });
      const owner = await open(store, { key });
      const [inside, goOn] = [aSignal(), aSignal()];
      const item = owner.item(
        async (transaction) => {
          await haveEffect(transaction, key.workflowId, 1);
          inside.give();
          await goOn.given;
        },
        () => checkpointAt(1),
      );
      await inside.given;

      const taken = open(store, { key, epoch: epochOf(1, 2) });
      await expect.poll(() => database.sessions()).toMatchObject({ waiting: 1 });
      goOn.give();

      await item;
      expect((await taken).stored).toMatchObject({ cursor: 1 });
    } finally {
      await pool.end();
    }
  });
});

function compute(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

import { once } from 'node:events';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StoreOutageError } from '../../../../src/continuation/iteration/stores/checkpoint-store.js';
import { postgresStore } from '../../../../src/continuation/iteration/stores/postgres.js';
import { CommitInDoubtError } from '../../../../src/continuation/iteration/stores/postgres-errors.js';
import { createCheckpointsTable } from '../../../../src/continuation/iteration/stores/postgres-table.js';
import { type BreakableLine, openBreakableLine } from '../../../../src/faults/breakable-line.js';
import { openPool } from '../../../../src/orders/open-pool.js';
import { anEffectsTable, type EffectsTable, haveEffect, waysToSend } from './an-effects-table.js';
import { aKey, checkpointAt, epochOf, keep, open } from './store-attempts.js';

describe.each(waysToSend)('statements sent $how', ({ pipeline }) => {
  let database: EffectsTable;
  let line: BreakableLine;
  /** Over the line; `database.pool` is beside it. */
  let pool: Pool;
  beforeAll(async () => {
    database = await anEffectsTable({ pipeline });
    await createCheckpointsTable(database.pool);
    // A commit that waits for whoever holds the lock: the moment in which its answer can be lost.
    await database.pool.query(`
    CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock_shared(23); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER wait_at_commit AFTER INSERT ON effects
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit()`);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    const { hostname, port } = new URL(database.url);
    line = await openBreakableLine({ host: hostname, port: Number(port) });
    const over = new URL(database.url);
    over.hostname = line.host;
    over.port = String(line.port);
    pool = openPool(over.href, { pipeline });
  });
  afterEach(async () => {
    expect(pool.idleCount).toBe(pool.totalCount);
    await pool.end();
    await line.close();
  });

  const aStore = (limits: { statementMs?: number } = {}) => postgresStore({ pool, ...limits });

  /** Only where no answer is to come, so that it matters nowhere how fast the machine is. */
  const answerMs = 300;
  const anImpatientStore = () => postgresStore({ pool, answerMs });

  /** Opens it however long that takes: each try is an attempt of its own. */
  async function openInTime(store: ReturnType<typeof aStore>, key: ReturnType<typeof aKey>) {
    for (let attempt = 1; ; attempt += 1) {
      const opened = await open(store, { key, epoch: epochOf(1, attempt) }).catch((error: unknown) => {
        if (!(error instanceof StoreOutageError)) throw error;
      });
      if (opened !== undefined) return opened;
    }
  }

  /** Commits wait from now on, until they are let through. */
  async function holdCommits(): Promise<{ letThrough(): Promise<void> }> {
    const holder = await database.pool.connect();
    await holder.query('SELECT pg_advisory_lock(23)');
    return {
      letThrough: async () => {
        await holder.query('SELECT pg_advisory_unlock(23)');
        holder.release();
      },
    };
  }

  const oneWaits = () => expect.poll(async () => (await database.sessions()).waiting).toBe(1);

  describe('an outage of Postgres', () => {
    it('before the commit leaves nothing, never crashes the process, and is gone on from after it', async () => {
      const key = aKey();
      const session = await open(aStore(), { key });
      const item = (during: () => void, of = session) =>
        of.item(
          async (transaction) => {
            await haveEffect(transaction, key.workflowId, 1);
            during();
          },
          () => checkpointAt(1),
        );

      // A COMMIT that was sent along may have arrived: what became of it only the store can say, to the next attempt.
      const isInDoubt = pipeline ? CommitInDoubtError : StoreOutageError;
      await expect(item(() => line.cut())).rejects.toBeInstanceOf(isInDoubt);
      await expect(keep(session, checkpointAt(1))).rejects.toBeInstanceOf(StoreOutageError);
      await expect(session.flush(checkpointAt(1))).rejects.toBeInstanceOf(StoreOutageError);
      expect(await database.effectsOf(key.workflowId)).toEqual([]);

      line.mend();
      const after = pipeline ? await open(aStore(), { key, epoch: epochOf(1, 2) }) : session;
      await item(() => undefined, after);
      expect(await database.effectsOf(key.workflowId)).toEqual([1]);
    });

    it('is thrown by whatever needs the server: opening, reading, clearing', async () => {
      const [store, key] = [aStore(), aKey()];
      line.cut();

      for (const use of [
        () => open(store, { key }),
        () => store.read(key.workflowId),
        () => store.clear(key),
      ])
        await expect(use()).rejects.toBeInstanceOf(StoreOutageError);
    });

    it('that freezes the server is no wait without end, and keeps no connection', async () => {
      const key = aKey();
      const session = await openInTime(anImpatientStore(), key);
      line.freeze();
      const gone = once(pool, 'remove');

      const item = session.item(
        (transaction) => haveEffect(transaction, key.workflowId, 1),
        () => checkpointAt(1),
      );

      await expect(item).rejects.toThrow(`said nothing for ${answerMs} ms`);
      // Closed while the server is frozen still: whoever waits for a connection gets a new one.
      await gone;
      line.mend();
      const kept = () =>
        keep(session, checkpointAt(1)).then(
          () => 'kept',
          () => 'away',
        );
      await expect.poll(kept, { timeout: 30_000 }).toBe('kept');
    });

    it('that leaves a statement of an item’s own without an answer is no wait without end', async () => {
      const holder = await database.pool.connect();
      await holder.query('SELECT pg_advisory_lock(24)');
      const session = await open(aStore({ statementMs: 100 }), { key: aKey() });

      const item = session.item(
        (transaction) => transaction.query('SELECT pg_advisory_xact_lock(24)'),
        () => checkpointAt(1),
      );

      await expect(item).rejects.toBeInstanceOf(StoreOutageError);
      await expect(item).rejects.toThrow('said nothing for 100 ms (statementMs)');
      await holder.query('SELECT pg_advisory_unlock(24)');
      holder.release();
    });

    it('takes nothing for one where a statement may take for ever', async () => {
      const session = await open(aStore({ statementMs: Number.POSITIVE_INFINITY }), { key: aKey() });

      await session.item(
        (transaction) => transaction.query('SELECT pg_sleep(0.05)'),
        () => checkpointAt(1),
      );
    });

    it('under an item gives its connection back at once, and not when the item ends', async () => {
      const session = await open(aStore(), { key: aKey() });

      const item = session.item(
        async (transaction) => {
          await transaction.query('SELECT 1');
          line.cut();
          await expect.poll(() => pool.totalCount).toBe(0);
          line.mend();
          await pool.query('SELECT 1');
          await transaction.query('SELECT 1');
        },
        () => checkpointAt(1),
      );

      await expect(item).rejects.toBeInstanceOf(StoreOutageError);
    });

    it('of the pool, which has no connection to give, is no wait without end either', async () => {
      const [store, key] = [aStore(), aKey()];
      const taken = await Promise.all(Array.from({ length: 10 }, () => pool.connect()));

      await expect(open(anImpatientStore(), { key })).rejects.toThrow(
        `The pool gave no connection in ${answerMs} ms`,
      );

      for (const client of taken) client.release();
      await open(store, { key });
    });
  });

  describe('a commit whose answer is lost', () => {
    const lostInCommit = async (key: ReturnType<typeof aKey>, meanwhile: () => Promise<void>) => {
      const session = await open(aStore(), { key });
      const commits = await holdCommits();
      const ended = session
        .item(
          (transaction) => haveEffect(transaction, key.workflowId, 1),
          () => checkpointAt(1),
        )
        .catch((error: unknown) => error);
      await oneWaits();
      await meanwhile();
      line.cut();
      const error = await ended;
      line.mend();
      return { session, error, commits };
    };

    it('but that happened is told by the stored checkpoint to the next attempt, which waits for it: nothing is doubled', async () => {
      const key = aKey();
      const { error, commits } = await lostInCommit(key, async () => undefined);
      const opening = open(aStore(), { key, epoch: epochOf(1, 2) });
      await expect.poll(async () => (await database.sessions()).waiting).toBe(2);

      await commits.letThrough();

      expect(error).toBeInstanceOf(CommitInDoubtError);
      expect((await opening).stored).toEqual(checkpointAt(1));
      expect(await database.effectsOf(key.workflowId)).toEqual([1]);
    });

    it('and that did not happen leaves the item to the next attempt: nothing is lost', async () => {
      const key = aKey();
      const { error, commits } = await lostInCommit(key, async () => {
        await database.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
      });
      await commits.letThrough();

      const next = await open(aStore(), { key, epoch: epochOf(1, 2) });

      expect(error).toBeInstanceOf(CommitInDoubtError);
      expect(next.stored).toBeNull();
      await next.item(
        (transaction) => haveEffect(transaction, key.workflowId, 1),
        () => checkpointAt(1),
      );
      expect(await database.effectsOf(key.workflowId)).toEqual([1]);
    });

    it('ends the attempt: what it would pass over or keep next might be older than what is stored', async () => {
      const key = aKey();
      const { session, error, commits } = await lostInCommit(key, async () => undefined);
      await commits.letThrough();
      await expect.poll(() => database.effectsOf(key.workflowId)).toEqual([1]);

      await expect(keep(session, checkpointAt(2))).rejects.toBe(error);
      await expect(session.flush(checkpointAt(2))).rejects.toBe(error);

      expect(await aStore().read(key.workflowId)).toMatchObject([{ checkpoint: checkpointAt(1) }]);
    });
  });
});

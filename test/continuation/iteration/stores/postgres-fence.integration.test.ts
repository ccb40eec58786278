import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  FenceLostError,
  StoreOutageError,
  type Transaction,
} from '../../../../src/continuation/iteration/stores/checkpoint-store.js';
import { postgresStore } from '../../../../src/continuation/iteration/stores/postgres.js';
import {
  CheckpointHeldError,
  CheckpointOrderError,
  ItemIdleError,
  StatementFailedError,
  StatementRefusedError,
  TransactionEndedError,
  TransactionEscapedError,
} from '../../../../src/continuation/iteration/stores/postgres-errors.js';
import { createCheckpointsTable } from '../../../../src/continuation/iteration/stores/postgres-table.js';
import { aSignal } from '../../a-signal.js';
import { anEffectsTable, type EffectsTable, haveEffect, waysToSend } from './an-effects-table.js';
import { aKey, checkpointAt, epochOf, keep, open, type Told } from './store-attempts.js';

describe.each(waysToSend)('statements sent $how', ({ pipeline }) => {
  let database: EffectsTable;
  beforeAll(async () => {
    database = await anEffectsTable({ pipeline });
    await createCheckpointsTable(database.pool);
  });
  afterAll(() => database.drop());
  // Whatever a test did, no connection is missing, and none is given back in the middle of something.
  afterEach(async () => {
    for (const { goOn, ended } of held.splice(0)) {
      goOn();
      await ended;
    }
    expect(database.pool.idleCount).toBe(database.pool.totalCount);
    await expect.poll(() => database.sessions()).toEqual({ idleInTransaction: 0, waiting: 0 });
  });

  const aStore = (limits: { idleInTransactionMs?: number; lockMs?: number } = {}) =>
    postgresStore({ pool: database.pool, ...limits });

  interface Held {
    goOn(): void;
    readonly ended: Promise<unknown>;
  }

  const held: Held[] = [];

  /** An attempt inside an item, which stays there until it is let go on: as a worker does that is stopped. */
  async function heldInsideItem(
    store: ReturnType<typeof aStore>,
    key: ReturnType<typeof aKey>,
  ): Promise<Held> {
    const session = await open(store, { key });
    const { given: letGo, give: goOn } = aSignal();
    const { given: inside, give: enter } = aSignal();
    const ended = session
      .item(
        async (transaction) => {
          await haveEffect(transaction, key.workflowId, 1);
          enter();
          await letGo;
          await transaction.query('SELECT 1');
        },
        () => checkpointAt(1),
      )
      .catch((error: unknown) => error);
    held.push({ goOn, ended });
    await Promise.race([inside, ended]);
    return { goOn, ended };
  }

  describe('an item’s effect and its checkpoint', () => {
    it('commit together: nobody ever sees one without the other', async () => {
      const [store, key] = [aStore(), aKey()];
      const session = await open(store, { key });

      await session.item(
        async (transaction) => {
          await haveEffect(transaction, key.workflowId, 1);
          expect(await database.effectsOf(key.workflowId)).toEqual([]);
          expect(await store.read(key.workflowId)).toEqual([]);
        },
        () => checkpointAt(1),
      );

      expect(await database.effectsOf(key.workflowId)).toEqual([1]);
      expect(await store.read(key.workflowId)).toMatchObject([{ checkpoint: checkpointAt(1) }]);
    });

    it('are both gone when the work fails after its effect', async () => {
      const [store, key] = [aStore(), aKey()];
      const session = await open(store, { key });
      const failure = new Error('on second thoughts');

      const failing = session.item(
        async (transaction) => {
          await haveEffect(transaction, key.workflowId, 1);
          throw failure;
        },
        () => checkpointAt(1),
      );

      await expect(failing).rejects.toBe(failure);
      expect(await database.effectsOf(key.workflowId)).toEqual([]);
      expect(await store.read(key.workflowId)).toEqual([]);
    });

    it('are both gone when the commit itself is refused, which is the item’s error, and the session goes on', async () => {
      const key = aKey();
      await database.pool.query('CREATE TABLE deferred (item integer UNIQUE DEFERRABLE INITIALLY DEFERRED)');
      const session = await open(aStore(), { key });
      const item = (times: number) =>
        session.item(
          async (transaction) => {
            for (let i = 0; i < times; i += 1) await transaction.query('INSERT INTO deferred VALUES (1)');
            await haveEffect(transaction, key.workflowId, times);
          },
          () => checkpointAt(1),
        );

      await expect(item(2)).rejects.toMatchObject({ code: '23505' });
      expect(await database.effectsOf(key.workflowId)).toEqual([]);

      await item(1);
      expect(await database.effectsOf(key.workflowId)).toEqual([1]);
    });

    it('are both gone when the checkpoint is not after the stored one', async () => {
      const key = aKey();
      const session = await open(aStore(), { key });
      await session.flush(checkpointAt(5));

      const stale = session.item(
        (transaction) => haveEffect(transaction, key.workflowId, 5),
        () => checkpointAt(5),
      );

      await expect(stale).rejects.toBeInstanceOf(CheckpointOrderError);
      expect(await database.effectsOf(key.workflowId)).toEqual([]);
    });

    it('are both gone when the item itself gave its checkpoint to somebody else', async () => {
      const key = aKey();
      const session = await open(aStore(), { key });

      const item = session.item(
        async (transaction) => {
          await haveEffect(transaction, key.workflowId, 1);
          await transaction.query('UPDATE leftoff_checkpoints SET attempt = 9 WHERE workflow_id = $1', [
            key.workflowId,
          ]);
        },
        () => checkpointAt(1),
      );

      await expect(item).rejects.toBeInstanceOf(FenceLostError);
      await expect(keep(session, checkpointAt(1))).rejects.toBeInstanceOf(FenceLostError);
      expect(await database.effectsOf(key.workflowId)).toEqual([]);
    });

    it('end the session when the item itself took its checkpoint out of the table', async () => {
      const key = aKey();
      const session = await open(aStore(), { key });

      const item = session.item(
        async (transaction) => {
          await haveEffect(transaction, key.workflowId, 1);
          await transaction.query('DELETE FROM leftoff_checkpoints WHERE workflow_id = $1', [key.workflowId]);
        },
        () => checkpointAt(1),
      );

      // The COMMIT that was sent along can't be held up any more: the run fails, which says so.
      const says = pipeline ? TransactionEscapedError : FenceLostError;
      await expect(item).rejects.toBeInstanceOf(says);
      await expect(keep(session, checkpointAt(1))).rejects.toBeInstanceOf(says);
      expect(await database.effectsOf(key.workflowId)).toEqual(pipeline ? [1] : []);
    });

    it('keep no transaction open while the work does something else before its first statement', async () => {
      const key = aKey();
      const session = await open(aStore(), { key });
      const seen: number[] = [];

      await session.item(
        async (transaction) => {
          seen.push((await database.sessions()).idleInTransaction);
          await haveEffect(transaction, key.workflowId, 1);
          seen.push((await database.sessions()).idleInTransaction);
        },
        () => checkpointAt(1),
      );

      expect(seen).toEqual([0, 1]);
    });
  });

  describe('a zombie', () => {
    it('that wakes between two items has no effect any more, and its work gets no further', async () => {
      const [store, key] = [aStore(), aKey()];
      const zombie = await open(store, { key });
      await open(store, { key, epoch: epochOf(1, 2) });

      const done: string[] = [];

      const item = zombie.item(
        async (transaction) => {
          await haveEffect(transaction, key.workflowId, 1);
          done.push('what comes after the effect');
        },
        () => checkpointAt(1),
      );

      await expect(item).rejects.toBeInstanceOf(FenceLostError);
      expect(await database.effectsOf(key.workflowId)).toEqual([]);
      expect(done).toEqual([]);
    });

    it.each([
      { how: 'catching the error', after: () => undefined },
      {
        how: 'throwing another one',
        after: () => {
          throw new Error('could not charge');
        },
      },
    ])('can’t hide by $how that it was refused', async ({ after }) => {
      const [store, key] = [aStore(), aKey()];
      const zombie = await open(store, { key });
      await open(store, { key, epoch: epochOf(1, 2) });

      const item = zombie.item(
        async (transaction) => {
          await haveEffect(transaction, key.workflowId, 1).catch(after);
        },
        () => checkpointAt(1),
      );

      await expect(item).rejects.toBeInstanceOf(FenceLostError);
    });

    it('that is stopped inside an item loses its transaction to the server, and the next attempt goes on', async () => {
      const key = aKey();
      const zombie = await heldInsideItem(aStore({ idleInTransactionMs: 150 }), key);

      const next = await open(aStore(), { key, epoch: epochOf(1, 2) });
      expect(next.stored).toBeNull();
      await next.item(
        (transaction) => haveEffect(transaction, key.workflowId, 1),
        () => checkpointAt(1),
      );
      zombie.goOn();

      expect(await zombie.ended).toBeInstanceOf(ItemIdleError);
      expect(await database.effectsOf(key.workflowId)).toEqual([1]);
    });

    it('that commits just before it is taken over has its effect, and the next attempt is told', async () => {
      const [store, key] = [aStore(), aKey()];
      const first = await heldInsideItem(store, key);
      const opening = open(store, { key, epoch: epochOf(1, 2) });
      await expect.poll(async () => (await database.sessions()).waiting).toBe(1);

      first.goOn();

      expect((await opening).stored).toEqual(checkpointAt(1));
      expect(await first.ended).toBeUndefined();
      expect(await database.effectsOf(key.workflowId)).toEqual([1]);
    });

    it('holds up the next attempt for no longer than that may wait, which is an outage and not a lost fence', async () => {
      const key = aKey();
      const zombie = await heldInsideItem(aStore({ idleInTransactionMs: 60_000 }), key);

      const opening = open(aStore({ lockMs: 100 }), { key, epoch: epochOf(1, 2) });

      await expect(opening).rejects.toBeInstanceOf(CheckpointHeldError);
      await expect(opening).rejects.toBeInstanceOf(StoreOutageError);
      zombie.goOn();
      await zombie.ended;
    });
  });

  describe('a run that was cleared', () => {
    it('refuses whoever is still at it', async () => {
      const [store, key] = [aStore(), aKey()];
      const session = await open(store, { key });
      await keep(session, checkpointAt(1));
      await store.clear(key);

      const item = session.item(
        (transaction) => haveEffect(transaction, key.workflowId, 2),
        () => checkpointAt(2),
      );

      await expect(item).rejects.toBeInstanceOf(FenceLostError);
      expect(await database.effectsOf(key.workflowId)).toEqual([]);
    });
  });

  /** As whoever builds statements by a helper has it: the key is there, and nothing in it. */
  const withoutValues = (n: number): { text: string } => ({
    ...{ text: 'SELECT $1::int AS n', values: undefined, name: `number ${n}` },
  });

  describe('the transaction of an item', () => {
    const itemOf = async (
      work: (transaction: Transaction, run: string) => Promise<unknown>,
      told?: Told[],
    ) => {
      const key = aKey();
      const session = await open(aStore(), { key, ...(told === undefined ? {} : { told }) });
      const ended = await session
        .item(
          (transaction) => work(transaction, key.workflowId),
          () => checkpointAt(1),
        )
        .then(
          () => 'done',
          (error: unknown) => error,
        );
      return { ended, session, effects: () => database.effectsOf(key.workflowId) };
    };

    it('answers as pg does, with and without values', async () => {
      const rows: unknown[] = [];

      await itemOf(async (transaction) => {
        rows.push(
          (await transaction.query('SELECT 1 AS n')).rows,
          (await transaction.query('SELECT $1::int AS n', [2])).rows,
          (await transaction.query({ text: 'SELECT $1::int AS n', values: [3] })).rows,
          (await transaction.query<{ n: number }>({ name: 'four', text: 'SELECT $1::int AS n' }, [4])).rows,
          (await transaction.query(withoutValues(5), [5])).rows,
        );
      });

      expect(rows).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }], [{ n: 4 }], [{ n: 5 }]]);
    });

    it('tells a statement with a value too few as the item’s error, and not as an outage', async () => {
      const { ended } = await itemOf((transaction) => transaction.query('SELECT $1::int, $2::int', [1]));

      expect(ended).toMatchObject({ code: '08P01' });
      expect(ended).not.toBeInstanceOf(StoreOutageError);
    });

    it.each(['COMMIT', 'ROLLBACK', 'SAVEPOINT a', 'SELECT 1; COMMIT'])(
      'can’t be ended or split by the work, and nothing is kept: %s',
      async (statement) => {
        const { ended, effects } = await itemOf(async (transaction, run) => {
          await haveEffect(transaction, run, 1);
          await transaction.query(statement).catch(() => undefined);
        });

        expect(ended).toBeInstanceOf(StatementRefusedError);
        expect(await effects()).toEqual([]);
      },
    );

    it('that a statement failed in keeps nothing, though the work caught the error', async () => {
      const { ended, effects, session } = await itemOf(async (transaction, run) => {
        await haveEffect(transaction, run, 1);
        await transaction.query('SELECT 1/0').catch(() => undefined);
      });

      expect(ended).toBeInstanceOf(StatementFailedError);
      expect(ended).toMatchObject({ cause: { code: '22012' } });
      expect(await effects()).toEqual([]);
      await keep(session, checkpointAt(1));
    });

    it('throws the error of a statement as the database said it, where the work lets it through', async () => {
      const { ended } = await itemOf((transaction) => transaction.query('SELECT 1/0'));

      expect(ended).toMatchObject({ code: '22012' });
    });

    it('has the effect of statements that nobody awaited', async () => {
      const { ended, effects } = await itemOf(async (transaction, run) => {
        void haveEffect(transaction, run, 1);
        void transaction.query('SELECT pg_sleep(0.05)');
        void haveEffect(transaction, run, 2);
      });

      expect(ended).toBe('done');
      expect(await effects()).toEqual([1, 2]);
    });

    it('fails with a statement that nobody awaited', async () => {
      const { ended, effects } = await itemOf(async (transaction, run) => {
        void haveEffect(transaction, run, 1);
        void transaction.query('SELECT 1/0');
      });

      expect(ended).toBeInstanceOf(StatementFailedError);
      expect(await effects()).toEqual([]);
    });

    it('keeps nothing rather than a half, where a statement comes after the work has ended', async () => {
      const told: Told[] = [];

      const { ended, effects } = await itemOf(async (transaction, run) => {
        void haveEffect(transaction, run, 1)
          .then(() => haveEffect(transaction, run, 2))
          .catch(() => undefined);
      }, told);

      expect(ended).toBeInstanceOf(TransactionEndedError);
      expect(await effects()).toEqual([]);
      expect(told).toMatchObject([{ facts: { statement: expect.stringContaining('INSERT') } }]);
    });

    it('takes nothing any more once its item has ended, in the next item neither, and says so', async () => {
      const told: Told[] = [];
      const kept: Transaction[] = [];
      const { session } = await itemOf(async (transaction) => {
        await transaction.query('SELECT 1');
        kept.push(transaction);
      }, told);

      const late = session.item(
        async () => void (await kept[0]?.query('SELECT 1')),
        () => checkpointAt(2),
      );

      await expect(late).rejects.toBeInstanceOf(TransactionEndedError);
      expect(told.map(({ message }) => message)).toEqual([
        'A statement came after its item had ended, and was not run',
      ]);
    });

    it('runs statements one after another, also those of a Promise.all', async () => {
      const { effects } = await itemOf((transaction, run) =>
        Promise.all([1, 2, 3, 4, 5].map((item) => haveEffect(transaction, run, item))),
      );

      expect(await effects()).toEqual([1, 2, 3, 4, 5]);
    });

    it('whose pauses are too long is said so', async () => {
      const key = aKey();
      const session = await open(aStore({ idleInTransactionMs: 50 }), { key });

      const slow = session.item(
        async (transaction) => {
          await haveEffect(transaction, key.workflowId, 1);
          await expect.poll(async () => (await database.sessions()).idleInTransaction).toBe(0);
        },
        () => checkpointAt(1),
      );

      await expect(slow).rejects.toBeInstanceOf(ItemIdleError);
      await expect(slow).rejects.toThrow('idleInTransactionMs');
      expect(await database.effectsOf(key.workflowId)).toEqual([]);
    });
  });

  describe('an attempt whose items run nothing in their transaction', () => {
    const warning = { message: expect.stringContaining("effects: 'elsewhere'") };
    const attemptOf = async (options: { effects?: 'elsewhere' } = {}) => {
      const told: Told[] = [];
      const session = await open(postgresStore({ pool: database.pool, ...options }), { key: aKey(), told });
      let items = 0;
      const item = (work: (transaction: Transaction) => Promise<unknown>) =>
        session.item(work, () => checkpointAt(++items));
      return { told, item };
    };
    const nothing = async () => undefined;
    const something = (transaction: Transaction) => transaction.query('SELECT 1');
    const fails = () => Promise.reject(new Error('could not charge'));

    it('is told once that its effects do not commit with the cursor', async () => {
      const { told, item } = await attemptOf();

      await item(nothing);
      await item(nothing);

      expect(told).toMatchObject([warning]);
    });

    it('is told nothing where that is meant', async () => {
      const { told, item } = await attemptOf({ effects: 'elsewhere' });

      await item(nothing);

      expect(told).toEqual([]);
    });

    it('is told nothing of an item that has nothing to do after others that had', async () => {
      const { told, item } = await attemptOf();

      await item(something);
      await item(nothing);

      expect(told).toEqual([]);
    });

    it('is told nothing of a failed item that is passed over, and of the next one all the same', async () => {
      const { told, item } = await attemptOf();

      await expect(item(fails)).rejects.toThrow('could not charge');
      await item(nothing);
      expect(told).toEqual([]);

      await item(nothing);
      expect(told).toMatchObject([warning]);
    });
  });
});

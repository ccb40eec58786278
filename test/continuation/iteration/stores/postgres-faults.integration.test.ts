/** What is no item's fault, under the policy that would pass every failed item over. */
import { DefaultLogger } from '@temporalio/worker';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IterationOutcome } from '../../../../src/continuation/checkpoint.js';
import {
  array,
  iteration,
  maximumSameErrors,
  skip,
  type Transaction,
} from '../../../../src/continuation/iteration/index.js';
import { postgresStore } from '../../../../src/continuation/iteration/stores/postgres.js';
import { createCheckpointsTable } from '../../../../src/continuation/iteration/stores/postgres-table.js';
import { iterationRun } from '../../../../src/continuation/testing/index.js';
import { anEffectsTable, type EffectsTable, haveEffect, waysToSend } from './an-effects-table.js';

describe.each(waysToSend)('statements sent $how', ({ pipeline }) => {
  let database: EffectsTable;
  beforeAll(async () => {
    database = await anEffectsTable({ pipeline });
    await createCheckpointsTable(database.pool);
  });
  afterAll(() => database.drop());

  const items = [1, 2, 3];
  let runs = 0;

  interface Story {
    /** Comes before each item's effect. */
    readonly before?: (item: number, transaction: Transaction) => Promise<unknown>;
    /** Comes after each item's effect. */
    readonly after?: (item: number, transaction: Transaction) => Promise<unknown>;
    readonly idleInTransactionMs?: number;
  }

  /** Plays a run that passes failed items over, attempt by attempt, to its end or to the failure that ends it. */
  async function playRun({ before, after, idleInTransactionMs = 10_000 }: Story) {
    runs += 1;
    const workflowId = `a-run-${runs}`;
    const activity = iteration<object, number, number, null, Transaction>({
      store: postgresStore({ pool: database.pool, idleInTransactionMs }),
      buildEnumerator: () => array(items),
      eachIteration: async (item, _args, { transaction }) => {
        await before?.(item, transaction);
        await haveEffect(transaction, workflowId, item);
        await after?.(item, transaction);
      },
      onError: skip(),
    });
    const run = iterationRun(
      activity,
      {},
      { workflowId, logger: new DefaultLogger('ERROR', () => undefined) },
    );
    const errors: unknown[] = [];
    let outcome: IterationOutcome<number> | null = null;
    while (outcome === null && !errors.some(endsTheRun) && errors.length < 10 * maximumSameErrors)
      outcome = await run.execution().catch((error: unknown) => {
        errors.push(error);
        return null;
      });
    return { outcome, errors, effects: await database.effectsOf(workflowId) };
  }

  function endsTheRun(error: unknown): boolean {
    return error instanceof Error && 'nonRetryable' in error && error.nonRetryable === true;
  }

  /** Until the server has ended what sat idle, as it does with a process that is stopped. */
  const heldUp = () => expect.poll(async () => (await database.sessions()).idleInTransaction).toBe(0);

  const done = { kind: 'completed', checkpoint: { counts: { processed: 3, failed: 0 } } };

  describe('an item whose process was held up for longer than its transaction may sit idle', () => {
    it('is done by the next attempt, and not passed over', async () => {
      let times = 0;
      const after = async (item: number): Promise<void> => {
        if (item === 2 && ++times === 1) await heldUp();
      };

      const { outcome, errors, effects } = await playRun({ after, idleInTransactionMs: 50 });

      expect(errors).toMatchObject([{ type: 'ItemIdleError' }]);
      expect(outcome).toMatchObject(done);
      expect(effects).toEqual(items);
    });

    it('ends the run where that comes at the same item each time, with the place kept', async () => {
      const after = async (item: number): Promise<void> => {
        if (item === 2) await heldUp();
      };

      const { errors, effects } = await playRun({ after, idleInTransactionMs: 50 });

      expect(errors).toHaveLength(maximumSameErrors);
      expect(errors.at(-1)).toMatchObject({
        type: 'SameErrorAtSameCursor',
        message: expect.stringContaining('idleInTransactionMs'),
        details: [{ cursor: 0, counts: { processed: 1, failed: 0 } }],
      });
      expect(effects).toEqual([1]);
    });
  });

  describe('an item that Postgres gives up for another transaction', () => {
    const givenUp = (transaction: Transaction): Promise<unknown> =>
      transaction.query(
        "DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected'; END $$",
      );

    it('is done by the next attempt, and not passed over', async () => {
      let times = 0;
      const after = async (item: number, transaction: Transaction): Promise<void> => {
        if (item === 2 && ++times === 1) await givenUp(transaction);
      };

      const { outcome, errors, effects } = await playRun({ after });

      expect(errors).toMatchObject([
        { type: 'ItemConflictError', message: expect.stringContaining('deadlock detected') },
      ]);
      expect(outcome).toMatchObject(done);
      expect(effects).toEqual(items);
    });

    it.each([
      { how: 'catches that', caught: () => undefined },
      {
        how: 'throws an error of its own for that',
        caught: () => {
          throw new Error('could not charge');
        },
      },
    ])('is not passed over either where its work $how', async ({ caught }) => {
      let times = 0;
      const after = async (item: number, transaction: Transaction): Promise<void> => {
        if (item === 2 && ++times === 1) await givenUp(transaction).catch(caught);
      };

      const { outcome, errors } = await playRun({ after });

      expect(errors).toMatchObject([{ type: 'ItemConflictError' }]);
      expect(outcome).toMatchObject(done);
    });

    it('ends the run where that comes at the same item each time', async () => {
      const after = async (item: number, transaction: Transaction): Promise<void> => {
        if (item === 2) await givenUp(transaction);
      };

      const { errors, effects } = await playRun({ after });

      expect(errors).toHaveLength(maximumSameErrors);
      expect(errors.at(-1)).toMatchObject({ type: 'SameErrorAtSameCursor' });
      expect(effects).toEqual([1]);
    });

    it('at its commit is done by the next attempt as well', async () => {
      await database.pool.query(`
      CREATE TABLE given_up_at_commit (item integer);
      CREATE FUNCTION give_up() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not serialize' USING ERRCODE = 'serialization_failure'; END $$;
      CREATE CONSTRAINT TRIGGER give_up AFTER INSERT ON given_up_at_commit
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION give_up()`);
      let times = 0;
      const after = async (item: number, transaction: Transaction): Promise<void> => {
        if (item === 2 && ++times === 1) await transaction.query('INSERT INTO given_up_at_commit VALUES (2)');
      };

      const { outcome, errors, effects } = await playRun({ after });

      expect(errors).toMatchObject([
        { type: 'ItemConflictError', message: expect.stringContaining('could not serialize') },
      ]);
      expect(outcome).toMatchObject(done);
      expect(effects).toEqual(items);
    });
  });

  describe('an item that runs nothing in its transaction', () => {
    it('is not passed over where the store can’t keep its cursor: that is no fault of its own', async () => {
      const own = { table: 'leftoff_checkpoints_elsewhere' };
      await createCheckpointsTable(database.pool, own);
      const run = iterationRun(
        iteration<object, number, number, null, Transaction>({
          store: postgresStore({ pool: database.pool, effects: 'elsewhere', ...own }),
          buildEnumerator: () => array(items),
          eachIteration: async (item) => {
            if (item === 2) await database.pool.query(`ALTER TABLE ${own.table} RENAME checkpoint TO gone`);
          },
          onError: skip(),
        }),
        {},
        { logger: new DefaultLogger('ERROR', () => undefined) },
      );

      await expect(run.execution()).rejects.toMatchObject({
        type: 'StoreStatementError',
        details: [{ cursor: 0, counts: { processed: 1, failed: 0 } }],
      });
    });
  });

  describe('what an item sets for its transaction', () => {
    const setting = (statement: string) => ({
      after: (_item: number, transaction: Transaction) => transaction.query(statement),
    });

    it('leads the store to no other table of the same name, and to no table that isn’t there', async () => {
      await database.pool.query('CREATE SCHEMA other; CREATE TABLE other.leftoff_checkpoints (item integer)');

      for (const path of ['other', 'pg_catalog']) {
        const { outcome, effects } = await playRun(setting(`SET LOCAL search_path = ${path}`));

        expect(outcome).toMatchObject(done);
        expect(effects).toEqual(items);
      }
    });

    it.each(['SET LOCAL ROLE pg_monitor', 'SET LOCAL transaction_read_only = on'])(
      'and stops the store from keeping it fails the run, and is no item’s fault: %s',
      async (statement) => {
        const { errors, effects } = await playRun(setting(statement));

        expect(errors).toHaveLength(maximumSameErrors);
        expect(errors[0]).toMatchObject({ type: 'StoreStatementError' });
        expect(errors.at(-1)).toMatchObject({
          type: 'SameErrorAtSameCursor',
          details: [{ counts: { processed: 0, failed: 0 } }],
        });
        expect(effects).toEqual([]);
      },
    );

    it('may be a role, where that is undone before its end', async () => {
      const after = async (_item: number, transaction: Transaction): Promise<void> => {
        await transaction.query('SET LOCAL ROLE pg_monitor');
        await transaction.query('SET LOCAL ROLE NONE');
      };

      expect((await playRun({ after })).outcome).toMatchObject(done);
    });
  });

  describe('an item whose transaction was ended under it', () => {
    it.each([
      { told: 'by its next statement', next: (transaction: Transaction) => transaction.query('SELECT 1') },
      { told: 'at its commit', next: async () => undefined },
    ])('fails the run at once, before it has an effect twice: that is told $told', async ({ next }) => {
      const clients: PoolClient[] = [];
      const note = (client: PoolClient): void => void clients.push(client);
      database.pool.on('acquire', note);
      const after = async (_item: number, transaction: Transaction): Promise<void> => {
        // Past the store, as no statement of the item's can.
        await clients.at(-1)?.query('COMMIT');
        await next(transaction);
      };

      const { errors, effects } = await playRun({ after });
      database.pool.off('acquire', note);

      expect(errors).toMatchObject([{ nonRetryable: true, type: 'TransactionEscapedError' }]);
      expect(effects).toEqual([1]);
      expect(database.pool.idleCount).toBe(database.pool.totalCount);
    });
  });
});

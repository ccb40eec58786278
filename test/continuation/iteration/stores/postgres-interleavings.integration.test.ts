/**
 * Any interleaving of attempts, on a real server: each attempt goes one step at a time, and fast-check decides whose turn
 * it is. A step ends in front of an item or inside of it, with its effect done and not committed.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FenceLostError } from '../../../../src/continuation/iteration/stores/checkpoint-store.js';
import { postgresStore } from '../../../../src/continuation/iteration/stores/postgres.js';
import { createCheckpointsTable } from '../../../../src/continuation/iteration/stores/postgres-table.js';
import { anEffectsTable, type EffectsTable, haveEffect, waysToSend } from './an-effects-table.js';
import { aKey, checkpointAt, epochOf, open } from './store-attempts.js';

describe.each(waysToSend)('statements sent $how', ({ pipeline }) => {
  const cases = 200;
  const items = 6;
  const epochs = [epochOf(1, 1), epochOf(1, 2), epochOf(2, 1)];

  let database: EffectsTable;
  beforeAll(async () => {
    database = await anEffectsTable({ pipeline });
    await createCheckpointsTable(database.pool);
  });
  afterAll(() => database.drop());

  type Step = 'go on' | 'fail';

  /** An attempt that takes one step at a time. */
  class SteppedAttempt {
    readonly ended: Promise<unknown>;
    #wake: ((step: Step) => void) | null = null;
    #arrival: Promise<void> = Promise.resolve();
    #arrived = (): void => undefined;
    #over = false;

    constructor(key: ReturnType<typeof aKey>, epoch: (typeof epochs)[number]) {
      this.ended = this.#run(key, epoch)
        .catch((error: unknown) => error)
        .finally(() => {
          this.#over = true;
          this.#arrived();
        });
    }

    get over(): boolean {
      return this.#over;
    }

    /** Takes a step, unless it is in the middle of one. Resolves when it has come to where its next one begins, or to its end. */
    step(step: Step): Promise<void> {
      if (this.#wake !== null && !this.#over) {
        this.#arrival = new Promise((resolve) => {
          this.#arrived = resolve;
        });
        this.#wake(step);
        this.#wake = null;
      }
      return this.#arrival;
    }

    async #run(key: ReturnType<typeof aKey>, epoch: (typeof epochs)[number]): Promise<void> {
      await this.#turn();
      const session = await open(postgresStore({ pool: database.pool }), { key, epoch });
      for (let item = cursorOf(session.stored) + 1; item <= items; item += 1) {
        await this.#turn();
        await session
          .item(
            async (transaction) => {
              await haveEffect(transaction, key.workflowId, item);
              if ((await this.#turn()) === 'fail') throw new Declined();
            },
            () => checkpointAt(item),
          )
          .catch((error: unknown) => {
            if (!(error instanceof Declined)) throw error;
            item -= 1;
          });
      }
    }

    #turn(): Promise<Step> {
      const turn = new Promise<Step>((resolve) => {
        this.#wake = resolve;
      });
      this.#arrived();
      return turn;
    }
  }

  class Declined extends Error {}

  function cursorOf(stored: unknown): number {
    const cursor = typeof stored === 'object' && stored !== null && 'cursor' in stored ? stored.cursor : 0;
    return typeof cursor === 'number' ? cursor : 0;
  }

  /** Effects and checkpoint as one snapshot has them. */
  async function readBoth(run: string): Promise<{ effects: number[]; cursor: number }> {
    const { rows } = await database.pool.query<{ effects: number[]; cursor: number }>(
      `SELECT coalesce((SELECT array_agg(item ORDER BY id) FROM effects WHERE run = $1), '{}') AS effects,
      coalesce((SELECT (checkpoint ->> 'cursor')::int FROM leftoff_checkpoints WHERE workflow_id = $1), 0) AS cursor`,
      [run],
    );
    return rows[0] ?? { effects: [], cursor: -1 };
  }

  /** Until a step has come to its end, or waits for another attempt's row: then it goes on when that one does. */
  async function arrivesOrWaits(stepping: Promise<void>): Promise<void> {
    let arrived = false;
    const arriving = stepping.then(() => {
      arrived = true;
    });
    // Most steps arrive within milliseconds: only where one doesn't, the server is asked whether it waits.
    await Promise.race([arriving, setTimeout(5)]);
    while (!arrived && (await database.sessions()).waiting === 0) await setImmediate();
  }

  const upTo = (cursor: number): number[] => Array.from({ length: cursor }, (_, i) => i + 1);

  describe('any interleaving of attempts', () => {
    it('has each effect exactly once, in order, and the stored cursor always says which', async () => {
      const turn = fc.record({
        who: fc.nat({ max: epochs.length - 1 }),
        step: fc.constantFrom<Step>('go on', 'go on', 'go on', 'fail'),
      });
      let takenOver = 0;

      await fc.assert(
        fc.asyncProperty(fc.array(turn, { minLength: 6, maxLength: 24 }), async (turns) => {
          const key = aKey();
          const attempts = epochs.map((epoch) => new SteppedAttempt(key, epoch));
          const consistent = async () => {
            const { effects, cursor } = await readBoth(key.workflowId);
            expect(effects).toEqual(upTo(cursor));
          };
          for (const { who, step } of turns) {
            await arrivesOrWaits(attempts[who]?.step(step) ?? Promise.resolve());
            await consistent();
          }
          while (attempts.some(({ over }) => !over))
            await Promise.race(attempts.filter(({ over }) => !over).map((attempt) => attempt.step('go on')));

          await consistent();
          expect((await readBoth(key.workflowId)).cursor).toBe(items);
          for (const { ended } of attempts) {
            const end = await ended;
            if (end !== undefined) expect(end).toBeInstanceOf(FenceLostError);
            if (end !== undefined) takenOver += 1;
          }
        }),
        { numRuns: cases },
      );

      expect(takenOver).toBeGreaterThan(cases / 2);
    });
  });
});

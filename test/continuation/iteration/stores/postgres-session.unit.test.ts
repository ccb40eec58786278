import { setImmediate as immediately } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/continuation/cursor.js';
import type {
  StoreSession,
  Transaction,
} from '../../../../src/continuation/iteration/stores/checkpoint-store.js';
import { postgresStore } from '../../../../src/continuation/iteration/stores/postgres.js';
import type { PostgresClient } from '../../../../src/continuation/iteration/stores/postgres-connection.js';
import { TransactionEscapedError } from '../../../../src/continuation/iteration/stores/postgres-errors.js';
import { aKey, checkpointAt, keep, open } from './store-attempts.js';

/** Of an old driver, which doesn't tell whether a transaction is still there. */
function aPoolWhoseCommitsRollBack() {
  let claimed = false;
  const client: PostgresClient = {
    on: () => undefined,
    removeListener: () => undefined,
    release: () => undefined,
    query: async ({ text }) => {
      const isClaim = text.includes('RETURNING sequence');
      const rows = isClaim
        ? '[{"sequence":"-1","checkpoint":null,"qualified":"checkpoints","isolation":"read committed"}]'
        : '[]';
      const command = text === 'COMMIT' && claimed ? 'ROLLBACK' : text;
      claimed ||= text === 'COMMIT';
      return { rows: JSON.parse(rows), rowCount: 1, command };
    },
  };
  return { connect: async () => client };
}

/** Answers nothing before it is told to. @returns what was sent, and what lets the next answer come */
function aPoolThatAnswersWhenTold(pipeline: boolean) {
  const sent: string[] = [];
  const answers: (() => void)[] = [];
  let held = false;
  let lost = 0;
  const client: PostgresClient = {
    ...{ on: () => undefined, removeListener: () => undefined, release: () => undefined, pipeline },
    query: async ({ text }) => {
      const rows = text.includes('RETURNING sequence')
        ? '[{"sequence":"-1","checkpoint":null,"qualified":"checkpoints","isolation":"read committed"}]'
        : '[]';
      sent.push(text.trim().split(/\s/)[0] ?? '');
      if (text === 'BEGIN' && lost > 0) {
        lost -= 1;
        throw new Error('terminating connection due to administrator command');
      }
      if (held) await new Promise<void>((resolve) => answers.push(resolve));
      return { rows: JSON.parse(rows), rowCount: 1, command: text };
    },
  };
  const holdAnswers = () => {
    held = true;
    sent.length = 0;
  };
  const loseNextBegin = () => {
    lost = 1;
    sent.length = 0;
  };
  return {
    pool: { connect: async () => client, waitingCount: 0 },
    sent,
    answers,
    holdAnswers,
    loseNextBegin,
  };
}

describe('an item’s statements', () => {
  it.each([
    { pipeline: false, trips: [['BEGIN'], ['SELECT'], ['INSERT'], ['UPDATE'], ['COMMIT']] },
    { pipeline: true, trips: [['BEGIN', 'SELECT'], ['INSERT'], ['UPDATE', 'COMMIT']] },
  ])('take $trips.length ways to the server where pipelining is $pipeline', async ({ pipeline, trips }) => {
    const { pool, sent, answers, holdAnswers } = aPoolThatAnswersWhenTold(pipeline);
    const session = await open(postgresStore({ pool }), { key: aKey() });
    holdAnswers();

    const item = session.item(
      (transaction) => transaction.query('INSERT INTO effects VALUES (1)'),
      () => checkpointAt(1),
    );
    for (const trip of trips) {
      await expect.poll(() => answers.length).toBe(trip.length);
      expect(sent.splice(0)).toEqual(trip);
      for (const answer of answers.splice(0)) answer();
    }

    await item;
  });
});

/** Does items 1 and 2, one right after the other. @returns what does the next ones */
async function followedAtOnce(session: StoreSession<Transaction>) {
  const item = (position: number) =>
    session.item(
      (transaction) => transaction.query('INSERT INTO effects VALUES (1)'),
      () => checkpointAt(position),
    );
  await item(1);
  await item(2);
  return item;
}

describe('items that follow at once', () => {
  it.each([
    { pipeline: false, trips: 5 },
    { pipeline: true, trips: 2 },
  ])('take $trips ways to the server each, where pipelining is $pipeline', async ({ pipeline, trips }) => {
    const { pool, sent, answers, holdAnswers } = aPoolThatAnswersWhenTold(pipeline);
    const session = await open(postgresStore({ pool }), { key: aKey() });
    const item = await followedAtOnce(session);
    holdAnswers();

    let ways = 0;
    const both = item(3).then(() => item(4));
    const over = both.then(() => true);
    for (let done = false; !done; ) {
      await expect.poll(() => answers.length).toBeGreaterThan(0);
      ways += 1;
      for (const answer of answers.splice(0)) answer();
      done = await Promise.race([over, immediately(false)]);
    }

    expect(ways).toBe(2 * trips);
    expect(sent.slice(-2)).toEqual(pipeline ? ['BEGIN', 'SELECT'] : ['UPDATE', 'COMMIT']);
  });
});

describe('a transaction that was begun along with a commit, and lost', () => {
  it('is begun anew by the next item', async () => {
    const { pool, sent, loseNextBegin } = aPoolThatAnswersWhenTold(true);
    const session = await open(postgresStore({ pool }), { key: aKey() });
    const item = await followedAtOnce(session);
    loseNextBegin();

    await item(3);
    await item(4);

    const anew = ['ROLLBACK', 'BEGIN', 'SELECT', 'INSERT', 'UPDATE', 'COMMIT', 'BEGIN', 'SELECT'];
    expect(sent).toEqual(['INSERT', 'UPDATE', 'COMMIT', 'BEGIN', 'SELECT', ...anew]);
  });
});

describe('a checkpoint that can’t be written out', () => {
  it.each([false, true])('has no commit on the way, also where pipelining is %s', async (pipeline) => {
    const { pool, sent } = aPoolThatAnswersWhenTold(pipeline);
    const session = await open(postgresStore({ pool }), { key: aKey() });
    sent.length = 0;
    const circular: JsonValue[] = [];
    circular.push(circular);

    const item = session.item(
      (transaction) => transaction.query('INSERT INTO effects VALUES (1)'),
      () => ({ ...checkpointAt(1), selection: circular }),
    );

    await expect(item).rejects.toThrow('circular');
    expect(sent).toEqual(['BEGIN', 'SELECT', 'INSERT', 'ROLLBACK']);
  });
});

describe('a commit that the server answers with a rollback', () => {
  it('keeps nothing, and ends the session', async () => {
    const session = await open(postgresStore({ pool: aPoolWhoseCommitsRollBack() }), { key: aKey() });

    const item = session.item(
      (transaction) => transaction.query('SELECT 1'),
      () => checkpointAt(1),
    );

    await expect(item).rejects.toBeInstanceOf(TransactionEscapedError);
    await expect(keep(session, checkpointAt(1))).rejects.toBeInstanceOf(TransactionEscapedError);
  });
});

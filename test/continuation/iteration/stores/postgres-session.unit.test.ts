import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/continuation/cursor.js';
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
      const rows = isClaim ? '[{"sequence":"-1","checkpoint":null,"qualified":"checkpoints"}]' : '[]';
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
  const client: PostgresClient = {
    ...{ on: () => undefined, removeListener: () => undefined, release: () => undefined, pipeline },
    query: async ({ text }) => {
      const rows = text.includes('RETURNING sequence')
        ? '[{"sequence":"-1","checkpoint":null,"qualified":"checkpoints"}]'
        : '[]';
      sent.push(text.trim().split(/\s/)[0] ?? '');
      if (held) await new Promise<void>((resolve) => answers.push(resolve));
      return { rows: JSON.parse(rows), rowCount: 1, command: text };
    },
  };
  const holdAnswers = () => {
    held = true;
    sent.length = 0;
  };
  return { pool: { connect: async () => client }, sent, answers, holdAnswers };
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

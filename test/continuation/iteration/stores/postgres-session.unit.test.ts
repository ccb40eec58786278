import { describe, expect, it } from 'vitest';
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

/** The statements of the postgres store on its table. Values are parameters; only the table's name and our own numbers are text. */
import { createHash } from 'node:crypto';
import type { Checkpoint } from '../../checkpoint.js';
import type { CheckpointKey, Epoch } from './checkpoint-store.js';
import type { Statement } from './postgres-connection.js';
import type { PostgresLimits } from './postgres-limits.js';

/** The row as a session knows it: anything else there, and the fence is lost. */
export interface KnownRow {
  readonly key: CheckpointKey;
  readonly epoch: Epoch;
  readonly sequence: number;
}

export type PostgresStatements = ReturnType<typeof statementsOn>;

/**
 * @param quoted the table's name as it stands in statements
 * @param prepared whether what each item runs is named, so that a connection parses and plans it once
 */
export function statementsOn(quoted: string, { prepared }: { readonly prepared: boolean }) {
  const ofKey = 'workflow_id = $1 AND chain = $2 AND name = $3';
  const asKnown = `${ofKey} AND generation = $4 AND attempt = $5 AND sequence = $6`;
  const ofEachItem = (text: string): Statement => (prepared ? { text, name: nameOf(text) } : { text });
  const lock = ofEachItem(
    `SELECT pg_catalog.set_config('idle_in_transaction_session_timeout', $7, true)
    FROM ${quoted} WHERE ${asKnown} FOR NO KEY UPDATE`,
  );
  // Of a column, for a division of constants would fail when it is planned.
  const move = ofEachItem(`UPDATE ${quoted} SET
      sequence = CASE WHEN (generation, attempt, sequence) = ($4, $5, $6) THEN $7 ELSE generation / 0 END,
      checkpoint = $8, updated_at = now()
    WHERE ${ofKey}`);
  return {
    begin: (): Statement => ({ text: 'BEGIN' }),

    /**
     * As `lock`: a worker that is stopped (SIGSTOP) inside a transaction must not hold the row for ever. Whatever the database defaults
     * to: under repeatable read, whoever waited for the row while its owner committed would be refused, again and again.
     */
    beginClaim: ({ idleInTransactionMs, lockMs }: PostgresLimits): Statement => ({
      text: `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = ${milliseconds(idleInTransactionMs)};
        SET LOCAL lock_timeout = ${milliseconds(lockMs)}`,
    }),

    /**
     * Takes over under a higher epoch; no row: refused. Also says what the table's name means here, schema and all (inside an item
     * it may come to mean another table, by search_path, or none), and how items' transactions are isolated.
     */
    claim: (key: CheckpointKey, { generation, attempt }: Epoch): Statement => ({
      text: `INSERT INTO ${quoted} AS row (workflow_id, chain, name, generation, attempt, sequence)
        VALUES ($1, $2, $3, $4, $5, -1)
        ON CONFLICT (workflow_id, chain, name) DO UPDATE
          SET generation = excluded.generation, attempt = excluded.attempt, updated_at = now()
          WHERE (row.generation, row.attempt) < (excluded.generation, excluded.attempt)
        RETURNING sequence::text, checkpoint::text, (
          SELECT format('%I.%I', nspname, relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
          WHERE pg_class.oid = to_regclass($6)
        ) AS qualified, current_setting('default_transaction_isolation') AS isolation`,
      values: [...names(key), generation, attempt, quoted],
    }),

    /**
     * A worker that is stopped (SIGSTOP) inside a transaction holds the row's lock: the server then ends its session. Not FOR UPDATE:
     * nothing that refers to the row need wait.
     */
    lock: (known: KnownRow, { idleInTransactionMs }: PostgresLimits): Statement => ({
      ...lock,
      values: [...asValues(known), milliseconds(idleInTransactionMs)],
    }),

    /**
     * Fails where the row isn't as known (`notAsKnown`): its COMMIT may be on the way already, and must come to a transaction that
     * can't be committed. A row that is gone moves nothing.
     */
    move: (known: KnownRow, checkpoint: Checkpoint): Statement => ({
      ...move,
      values: [...asValues(known), checkpoint.sequence, JSON.stringify(checkpoint)],
    }),

    /** What a refused claim was refused for. */
    owner: (key: CheckpointKey): Statement => ({
      text: `SELECT generation::text, attempt::text FROM ${quoted} WHERE ${ofKey}`,
      values: names(key),
    }),

    /** A row without a checkpoint, under this epoch: a claim of an earlier one is refused by it, and a later one's is not. */
    retire: (key: CheckpointKey, { generation, attempt }: Epoch): Statement => ({
      text: `INSERT INTO ${quoted} AS row (workflow_id, chain, name, generation, attempt, sequence)
        VALUES ($1, $2, $3, $4, $5, -1)
        ON CONFLICT (workflow_id, chain, name) DO UPDATE
          SET generation = excluded.generation, attempt = excluded.attempt, sequence = -1, checkpoint = NULL,
            updated_at = now()
          WHERE (row.generation, row.attempt) <= (excluded.generation, excluded.attempt)`,
      values: [...names(key), generation, attempt],
    }),

    /** Retired rows that no sleeper will come for any more; a hundredth of the table's pages each time, for there is no index. */
    forgetRetired: (percent = 1): Statement => ({
      text: `DELETE FROM ${quoted} WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM ${quoted} TABLESAMPLE SYSTEM ($1)
          WHERE checkpoint IS NULL AND updated_at < now() - interval '${retiredDays} days' LIMIT 1000))
        AND checkpoint IS NULL`,
      values: [percent],
    }),

    read: (workflowId: string): Statement => ({
      text: `SELECT chain, name, generation::text, attempt::text, checkpoint::text,
          extract(epoch FROM updated_at)::float8 * 1000 AS at_ms
        FROM ${quoted} WHERE workflow_id = $1 AND checkpoint IS NOT NULL
        ORDER BY updated_at, chain, name`,
      values: [workflowId],
    }),

    clear: (run: Omit<CheckpointKey, 'name'> & { readonly name?: string }): Statement =>
      run.name === undefined
        ? {
            text: `DELETE FROM ${quoted} WHERE workflow_id = $1 AND chain = $2`,
            values: [run.workflowId, run.chain],
          }
        : {
            text: `DELETE FROM ${quoted} WHERE ${ofKey}`,
            values: names({ ...run, name: run.name }),
          },
  };
}

/** One name, one text: a pool may serve stores of several tables. PostgreSQL cuts names at 63 bytes. */
function nameOf(text: string): string {
  return `leftoff-${createHash('sha1').update(text).digest('hex')}`;
}

/** How long an attempt may sleep and still be refused after its work has ended. */
const retiredDays = 7;

function names({ workflowId, chain, name }: CheckpointKey): unknown[] {
  return [workflowId, chain, name];
}

function asValues({ key, epoch, sequence }: KnownRow): unknown[] {
  return [...names(key), epoch.generation, epoch.attempt, sequence];
}

/** As a setting takes it, in text. */
function milliseconds(limitMs: number): string {
  return String(Math.max(1, Math.round(limitMs)));
}

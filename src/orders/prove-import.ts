/**
 * The proof of an import: its file, read once more from the beginning without any cursor, against what the tables say.
 *
 * V1  Lost: a line with a row of which the tables know nothing.
 * V2  Doubled: a line that is an order and a reject as well, or two orders.
 * V3  Wrong: an order with other values than its line, a line that the file doesn't have, or one that was rejected though it is
 *     a good row whose id no other line or import has.
 * V4  Two streams in the order of lines, side by side: a million rows take no memory.
 */
import type { Pool, PoolClient } from 'pg';
import { importOfRun } from './find-import.js';
import { judgeRow } from './judge-row.js';
import type { Order } from './order.js';
import { orderFileRows } from './order-file-rows.js';

export type ImportProof = {
  /** Rows in the file. */
  readonly read: number;
  readonly imported: number;
  readonly rejected: number;
  /** The first 20 lines, ascending; the count has them all. */
  readonly lost: readonly number[];
  readonly lostCount: number;
  readonly doubled: readonly number[];
  readonly doubledCount: number;
  readonly wrong: readonly number[];
  readonly wrongCount: number;
};

const pageOfRows = 5_000;

/** What the tables have of a line. */
type Account = Order & {
  readonly line: number;
  readonly kind: 'imported' | 'rejected';
};

/** An order that is there, and each line that was rejected. What is no order's is null, and never looked at. */
const accountsSql = `
  SELECT import_line AS line, 'imported' AS kind, order_id AS "orderId", customer_id AS "customerId",
         to_char(ordered_on, 'YYYY-MM-DD') AS "orderedOn", units, total_cents AS "totalCents"
  FROM orders WHERE import_id = $1
  UNION ALL
  SELECT line, 'rejected', NULL, NULL, NULL, NULL, NULL FROM import_rejects WHERE import_id = $1
  ORDER BY line`;

/** @throws what reading the file throws; a UserError where there is no such import */
export async function proveImport(
  pool: Pool,
  { runId, file }: { readonly runId: string; readonly file: string },
): Promise<ImportProof> {
  const { importId } = await importOfRun(pool, runId);
  const found = new Findings();
  const client = await pool.connect();
  // A loss is the running statement's error; without a listener it would end the process as well.
  const onError = () => undefined;
  client.on('error', onError);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`DECLARE accounts NO SCROLL CURSOR FOR ${accountsSql}`, [importId]);
    const accounts = accountsOf(client)[Symbol.asyncIterator]();
    let account = await accounts.next();
    for await (const entry of orderFileRows(file, { importId, batchSize: pageOfRows }).after(null)) {
      if ('notNow' in entry) continue;
      const good = new Map<number, number>();
      for (const item of entry.item.items) {
        const own: Account[] = [];
        for (; !account.done && account.value.line <= item.line; account = await accounts.next()) {
          if (account.value.line < item.line) found.wrong(account.value.line);
          else own.push(account.value);
        }
        const row = judgeRow(item);
        found.row(row.line, own, row.kind === 'order' ? row.order : null);
        if (row.kind === 'order' && own[0]?.kind === 'rejected') good.set(row.order.orderId, row.line);
      }
      for (const line of await withoutHolder(client, good)) found.wrong(line);
    }
    for (; !account.done; account = await accounts.next()) found.wrong(account.value.line);
    return found.proof();
  } finally {
    // A connection that is lost rolls back by itself, and must not come to the next caller.
    const lost = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    client.off('error', onError);
    client.release(lost);
  }
}

async function* accountsOf(client: PoolClient): AsyncGenerator<Account> {
  for (;;) {
    const { rows } = await client.query<Account>(`FETCH ${pageOfRows} FROM accounts`);
    yield* rows;
    if (rows.length < pageOfRows) return;
  }
}

/** Of good rows that were rejected, by their ids: the lines whose id nobody has. */
async function withoutHolder(client: PoolClient, good: ReadonlyMap<number, number>): Promise<number[]> {
  if (good.size === 0) return [];
  const { rows } = await client.query<{ orderId: number }>(
    'SELECT order_id AS "orderId" FROM orders WHERE order_id = ANY ($1::int[])',
    [[...good.keys()]],
  );
  const held = new Set(rows.map(({ orderId }) => orderId));
  return [...good].filter(([orderId]) => !held.has(orderId)).map(([, line]) => line);
}

/** Enough lines to look into, few enough for a terminal. */
const shownLines = 20;

class Findings {
  #read = 0;
  readonly #counts = { imported: 0, rejected: 0 };
  readonly #lost: number[] = [];
  readonly #doubled: number[] = [];
  readonly #wrong: number[] = [];

  row(line: number, accounts: readonly Account[], order: Order | null): void {
    this.#read += 1;
    for (const { kind } of accounts) this.#counts[kind] += 1;
    const [account, another] = accounts;
    if (account === undefined) this.#lost.push(line);
    else if (another !== undefined) this.#doubled.push(line);
    else if (account.kind === 'imported' && !(order !== null && isSame(account, order))) this.wrong(line);
  }

  wrong(line: number): void {
    this.#wrong.push(line);
  }

  proof(): ImportProof {
    const first = (lines: readonly number[]) => lines.toSorted((a, b) => a - b).slice(0, shownLines);
    return {
      read: this.#read,
      ...this.#counts,
      ...{ lost: first(this.#lost), lostCount: this.#lost.length },
      ...{ doubled: first(this.#doubled), doubledCount: this.#doubled.length },
      ...{ wrong: first(this.#wrong), wrongCount: this.#wrong.length },
    };
  }
}

function isSame(account: Account, order: Order): boolean {
  return (
    account.orderId === order.orderId &&
    account.customerId === order.customerId &&
    account.orderedOn === order.orderedOn &&
    account.units === order.units &&
    account.totalCents === order.totalCents
  );
}

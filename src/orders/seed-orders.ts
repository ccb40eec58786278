/**
 * Loads real orders, in place of what is there.
 *
 * S1  One transaction: a broken row, or a lost connection, leaves the orders that were there.
 * S2  `quick` loads 100 for the stage (plan-quick-seed.ts), `customers` 50 customers with theirs (plan-customers-seed.ts); `total` any
 *     number, `file` all of the file, all pending.
 * S3  `file` keeps the file's ids; `total` numbers orders from 1 without a gap and repeats the file when it ends: in the CDNOW
 *     file, whose ids are 1 to 6,919, order 6,920 is order 1 again. One INSERT from the file's rows, so that millions take
 *     seconds.
 * S4  What was imported before is gone with the rest. What imports rejected is still told: it is what those runs did.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { UserError } from '../user-error.js';
import { inTransaction } from './in-transaction.js';
import type { Order } from './order.js';
import { noteExchange } from './orders-exchanged.js';
import { planCustomersSeed } from './plan-customers-seed.js';
import { planQuickSeed, type SeedOrder } from './plan-quick-seed.js';
import { readOrderFile } from './read-order-file.js';

export type Seed =
  | { readonly kind: 'quick' }
  /** 50 customers with all their orders. */
  | { readonly kind: 'customers' }
  | { readonly kind: 'total'; readonly total: number }
  /** Each of the file's orders once. */
  | { readonly kind: 'file' };

/** The CDNOW sample: beside src and dist alike. */
export const cdnowOrdersFile = fileURLToPath(new URL('../../data/cdnow-orders.csv', import.meta.url));

/** What a laptop's disk still holds (about 100 bytes an order) and an integer id still counts. */
const mostOrders = 100_000_000;

/**
 * @returns how many orders there are now.
 * @throws UserError for a total out of range (kind usage) and for what is wrong with the file.
 */
export async function seedOrders(
  pool: Pool,
  seed: Seed,
  file: string = cdnowOrdersFile,
): Promise<{ orders: number }> {
  if (seed.kind === 'total') checkTotal(seed.total);
  const orders = await readOrderFile(file);
  const rows = rowsOf(seed, orders);
  const total = seed.kind === 'total' ? seed.total : rows.length;
  return inTransaction(pool, async (client) => {
    // Checkpoints first, as by a run whose cursor commits with its items. Their places were in other orders.
    await client.query('TRUNCATE leftoff_checkpoints, orders, charges, reports RESTART IDENTITY');
    await noteExchange(client, 'replaced');
    // Sorting millions of rows in memory rather than in files saves a second of four for a million.
    await client.query(`SET LOCAL work_mem = '64MB'`);
    await copySample(client, rows);
    await client.query(
      `INSERT INTO orders (order_id, customer_id, ordered_on, units, total_cents, status, reason)
       SELECT CASE WHEN $3 THEN order_id ELSE id END, customer_id, ordered_on, units, total_cents, status, reason
       FROM generate_series(1, $1::int) AS id
       JOIN sample ON position = (id - 1) % $2::int + 1
       ORDER BY id`,
      [total, rows.length, seed.kind === 'file'],
    );
    // Now, not when autovacuum gets to it: the first statements of a run are planned on what is there.
    await client.query('ANALYZE orders');
    return { orders: total };
  });
}

function checkTotal(total: number): void {
  if (Number.isInteger(total) && total >= 1 && total <= mostOrders) return;
  throw new UserError(
    `Can't seed ${total} orders: it takes a whole number from 1 to ${mostOrders.toLocaleString('en-US')}.`,
    'For example: npx leftoff seed --total 6919',
    'usage',
  );
}

function rowsOf({ kind }: Seed, orders: readonly Order[]): SeedOrder[] {
  switch (kind) {
    case 'quick':
      return planQuickSeed(orders);
    case 'customers':
      return planCustomersSeed(orders);
    case 'total':
    case 'file':
      return inIdOrder(orders);
  }
}

function inIdOrder(orders: readonly Order[]): SeedOrder[] {
  return orders
    .toSorted((a, b) => a.orderId - b.orderId)
    .map((order) => ({ ...order, status: 'pending', reason: null }));
}

async function copySample(client: PoolClient, rows: readonly SeedOrder[]): Promise<void> {
  await client.query(`
    CREATE TEMPORARY TABLE sample (
      position integer, order_id integer, customer_id integer, ordered_on date, units integer, total_cents integer, status text, reason text
    ) ON COMMIT DROP`);
  // Tab-separated text needs no escaping: the cells are numbers, dates and our own words.
  const lines = rows.map(
    (row, index) =>
      `${[index + 1, row.orderId, row.customerId, row.orderedOn, row.units, row.totalCents, row.status, row.reason ?? '\\N'].join('\t')}\n`,
  );
  await pipeline(Readable.from(lines), client.query(copyFrom('COPY sample FROM STDIN')));
  await client.query('ANALYZE sample');
}

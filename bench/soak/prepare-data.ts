/** What a run of the soak works on: fresh orders, the customers with all theirs, or a file in which one row in fifty is broken. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { seedOrders } from '../../dist/orders/seed-orders.js';
import { wipeData } from '../../dist/orders/wipe-data.js';
import { ordersWithBrokenRows } from '../orders-with-broken-rows.js';
import type { PlannedRun } from './plan-run.js';

/** @returns the file that is imported; null for a job that reads none */
export async function prepareData(
  pool: Pool,
  home: string,
  { job, items }: PlannedRun,
): Promise<string | null> {
  await wipeData(pool);
  if (job === 'generate-reports') await seedOrders(pool, { kind: 'customers' });
  if (job === 'process-orders') await seedOrders(pool, { kind: 'total', total: items });
  if (job !== 'import-orders') return null;
  const file = join(home, 'soak-orders.csv');
  await writeFile(file, ordersWithBrokenRows(items));
  return file;
}

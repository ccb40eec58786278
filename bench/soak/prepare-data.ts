/** What a run of the soak works on: fresh orders, the customers with all theirs, or a file in which one row in fifty is broken. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { seedOrders } from '../../dist/orders/seed-orders.js';
import { wipeData } from '../../dist/orders/wipe-data.js';
import type { PlannedRun } from './plan-run.js';

const brokenEvery = 50;

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

function ordersWithBrokenRows(items: number): string {
  const lines = ['order_id,customer_id,ordered_on,units,total_cents'];
  for (let id = 1; id <= items; id += 1)
    lines.push(`${id},${id % brokenEvery === 0 ? 'nobody' : id % 97},1997-01-18,1,1499`);
  return `${lines.join('\n')}\n`;
}

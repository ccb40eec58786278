/** Servers of a measurement's own, in a temporary home, and what reads them; gone at the end. */
import { migrate } from '../dist/orders/migrate.js';
import { openPool } from '../dist/orders/open-pool.js';
import { bringUp } from '../dist/stack/bring-up.js';
import { connectTemporal } from '../dist/stack/connect-temporal.js';
import { readEnvironment } from '../dist/stack/environment.js';
import { takeOwnHome } from './own-home.js';
import type { Place } from './play-fault.js';

export async function onOwnStack(measure: (place: Place) => Promise<void>): Promise<void> {
  const { clearAway } = await takeOwnHome();
  try {
    const environment = readEnvironment();
    const onProgress = (line: string) => void process.stderr.write(`${line}\n`);
    const stack = await bringUp({ environment, onProgress });
    await migrate(stack.postgres.url);
    const pool = openPool(stack.postgres.url);
    const client = await connectTemporal(stack);
    try {
      await measure({ environment, pool, client });
    } finally {
      await Promise.all([pool.end(), client.connection.close()]);
    }
  } finally {
    await clearAway();
  }
}

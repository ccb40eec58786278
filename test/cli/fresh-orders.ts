/** What `leftoff seed --force` does, within the test's own process: a command costs half a second. */
import { endOpenRuns, listOpenRuns } from '../../src/cli/end-open-runs.js';
import { migrate } from '../../src/orders/migrate.js';
import { type Seed, seedOrders } from '../../src/orders/seed-orders.js';
import type { Checkout } from '../servers/a-checkout.js';

/** Ends what runs, and loads the quick hundred, or others, in place of what is there. */
export async function freshOrders(
  { temporal: client, database, home }: Checkout,
  seed: Seed = { kind: 'quick' },
): Promise<void> {
  await migrate(database.url);
  const how = { kind: 'terminate', reason: 'the next test' } as const;
  await endOpenRuns({ client, pool: database.pool, home, runs: await listOpenRuns(client), how });
  await seedOrders(database.pool, seed);
}

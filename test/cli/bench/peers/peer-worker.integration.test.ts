import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { spawnPeer } from '../../../../dist/cli/bench/peers/spawn-peer.js';
import { proveOrders } from '../../../../src/orders/prove-orders.js';
import { seedOrders } from '../../../../src/orders/seed-orders.js';
import { createTestDatabase, type TestDatabase } from '../../../servers/test-database.js';
import { aTemporaryFolder } from '../../../stack/a-temporary-folder.js';

const orders = 30;
const everyFifth = { kind: 'walk', every: 5 } as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedOrders(database.pool, { kind: 'total', total: orders });
});
afterAll(() => database.drop());

it('an engine killed in mid-run goes on in a new worker, and does again what came after its last step', async () => {
  const queue = randomBytes(6).toString('hex');
  const home = await aTemporaryFolder();
  const clearings: (() => Promise<unknown>)[] = [
    () => database.pool.query(`DROP DATABASE IF EXISTS dbos_${queue} WITH (FORCE)`),
  ];
  onTestFinished(async () => {
    for (const clear of clearings.reverse()) await clear();
  });
  const postgres = { url: database.url, source: 'local' } as const;
  const stack = {
    ...{ home, signal: new AbortController().signal, addresses: { postgres, redis: null } },
    beforeTheEnd: (clear: () => Promise<unknown>) => void clearings.push(clear),
  };
  const settings = 'prompt' as const;
  const options = { engine: 'dbos', manner: everyFifth, settings, queue, itemMs: 0 } as const;
  const struck = await spawnPeer(stack, { ...options, holdAt: 23 });
  await struck.ready;
  struck.run('struck').catch(() => undefined);
  await struck.held;

  struck.killHard();
  const successor = await spawnPeer(stack, { ...options, holdAt: null });
  await successor.ready;

  await successor.over('struck');
  const proof = await proveOrders(database.pool, { runId: 'struck', upTo: orders });
  expect(proof).toMatchObject({ lostCount: 0, doubledCount: 0, revisited: 3 });
});

/** The clients that a user has are what the library takes, without a cast. Compiled, and never run. */
import { Redis } from 'ioredis';
import {
  abort,
  array,
  fail,
  iteration,
  postgresStore,
  redisStore,
  retry,
  rows,
  skip,
} from 'leftoff/iteration';
import { Pool } from 'pg';

interface Order {
  readonly order_id: string;
  readonly cents: number;
}

const pool = new Pool();

export const chargeOrders = iteration({
  buildEnumerator: ({ table }: { readonly table: string }) => rows<Order>(pool, table, { by: ['order_id'] }),
  store: postgresStore({ pool }),
  eachIteration: async ({ order_id, cents }, _input, { transaction }) => {
    if (cents < 0) return abort.stop();
    await transaction.query('UPDATE orders SET charged = $2 WHERE order_id = $1', [order_id, cents]);
  },
  onError: (error) => (error instanceof RangeError ? skip('no such order') : retry()),
});

export const greet = iteration({
  buildEnumerator: (names: readonly string[]) => array(names),
  store: redisStore({ client: new Redis({ lazyConnect: true }) }),
  eachIteration: async () => undefined,
  onError: fail,
});

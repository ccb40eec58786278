/** All the sources of the monitor, opened together. */
import type { Environment } from '../../stack/environment.js';
import { knownParts } from './known-parts.js';
import { ordersSource } from './read-orders.js';
import { redisSource } from './read-redis.js';
import { workersSource } from './read-workers.js';
import type { Readings } from './readings.js';
import { runsSource } from './runs-source.js';
import { readOnAndOn, readOnce, type Source } from './source.js';

export interface Sources {
  /** Every source once. */
  readAll(before: Readings): Promise<Readings>;
  /** Each source again and again, by itself, until the signal says so. */
  readOnAndOn(first: Readings, tell: (change: Partial<Readings>) => void, signal: AbortSignal): void;
  close(): void;
}

export function openSources({ home }: Pick<Environment, 'home'>): Sources {
  const parts = knownParts();
  const orders = ordersSource(parts);
  const runs = runsSource(parts);
  const redis = redisSource(parts);
  const workers = workersSource(home, parts);
  const all: readonly Pick<Source<unknown>, 'close'>[] = [orders, runs, redis, workers];
  return {
    async readAll(before) {
      const [ordersRead, runsRead, redisRead, workersRead] = await Promise.all([
        readOnce(orders, before.orders),
        readOnce(runs, before.runs),
        readOnce(redis, before.redis),
        readOnce(workers, before.workers),
      ]);
      return { orders: ordersRead, runs: runsRead, redis: redisRead, workers: workersRead };
    },
    readOnAndOn(first, tell, signal) {
      void readOnAndOn(orders, first.orders, (reading) => tell({ orders: reading }), signal);
      let workersRead = first.workers;
      const tellWith = (change: Partial<Readings>, reading: Readings['workers']): void => {
        workersRead = reading;
        tell({ workers: reading, ...change });
      };
      // A worker's coming or going is to be told before what its run made of it.
      const tellRuns = async (reading: Readings['runs']): Promise<void> =>
        tellWith({ runs: reading }, await readOnce(workers, workersRead));
      void readOnAndOn(runs, first.runs, tellRuns, signal);
      void readOnAndOn(redis, first.redis, (reading) => tell({ redis: reading }), signal);
      void readOnAndOn(workers, first.workers, (reading) => tellWith({}, reading), signal);
    },
    close: () => {
      for (const source of all) source.close();
    },
  };
}

/**
 * Every fault there is, by its name.
 *
 * F1  One that keeps something between `prepare` and `clearAway` is made anew for each run: two of them know nothing of each other.
 * F2  A server that the environment names is nobody's to strike: that is refused before anything starts.
 */
import type { PartName } from '../stack/addresses.js';
import { wantedParts } from '../stack/bring-up.js';
import type { Environment } from '../stack/environment.js';
import { UserError } from '../user-error.js';
import type { Fault } from './fault.js';
import { type FaultName, faultNameSchema } from './fault-names.js';
import { newVersionCompatible, newVersionIncompatible } from './new-version.js';
import { noWorkers, type WithoutWorkers } from './no-workers.js';
import { poisonItem } from './poison-item.js';
import { postgresCut, postgresRestarted, postgresSlowed } from './postgres.js';
import { type AwayFor, redisFlushed, redisRestarted, redisStopped } from './redis.js';
import { rowsChanged } from './rows-changed.js';
import { sigkill, sigterm } from './signals.js';
import { temporalKilled } from './temporal-killed.js';
import { zombie } from './zombie.js';

export type FaultOptions = Partial<WithoutWorkers & AwayFor>;

const defaults: Required<FaultOptions> = {
  // Longer than any timeout of either profile.
  withoutWorkersMs: 60_000,
  goesOnFor: 10,
};

const none: Fault = {
  name: 'none',
  title: 'nothing happens: the baseline',
  strikes: [],
  arm: async () => ({
    fallen: Promise.resolve({
      ...{ fault: 'none', position: null, struckAtMs: Date.now(), replacement: null, words: [] },
    }),
  }),
};

const faults: Readonly<Record<FaultName, (options: Required<FaultOptions>) => Fault>> = {
  none: () => none,
  sigterm: () => sigterm,
  sigkill: () => sigkill,
  zombie: () => zombie,
  'redis-stopped': redisStopped,
  'redis-restarted': () => redisRestarted,
  'redis-flushed': () => redisFlushed,
  'postgres-restarted': () => postgresRestarted,
  'postgres-cut': () => postgresCut,
  'postgres-slowed': postgresSlowed,
  'temporal-killed': () => temporalKilled,
  'poison-item': poisonItem,
  'rows-changed': () => rowsChanged,
  'no-workers': noWorkers,
  'new-version-compatible': newVersionCompatible,
  'new-version-incompatible': newVersionIncompatible,
};

export function faultNamed(name: FaultName, options: FaultOptions = {}): Fault {
  return faults[name]({ ...defaults, ...options });
}

/** For lists: every fault with its title, in the order of `fault-names.ts`. */
export function listFaults(): readonly Pick<Fault, 'name' | 'title' | 'strikes'>[] {
  return faultNameSchema.options.map((name) => {
    const { title, strikes } = faultNamed(name);
    return { name, title, strikes };
  });
}

const variables: Readonly<Record<PartName, string>> = {
  temporal: 'TEMPORAL_ADDRESS',
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
};

/** @throws UserError (usage) where it would strike a server of the user's */
export function refuseUnstrikeable(
  { name, strikes }: Pick<Fault, 'name' | 'strikes'>,
  environment: Environment,
): void {
  const ours: readonly string[] = wantedParts(environment);
  for (const part of ['temporal', 'postgres', 'redis'] as const) {
    if (!strikes.includes(part) || ours.includes(part)) continue;
    throw new UserError(
      `The fault ${name} strikes ${part}, and ${variables[part]} names one that is not ours to strike.`,
      `Unset ${variables[part]} to use a local one, or take another fault.`,
      'usage',
    );
  }
}

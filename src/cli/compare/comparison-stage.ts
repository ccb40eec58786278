/**
 * What a comparison stands on: the stack, its workers, and the clearing away of all that it started.
 *
 * T1  It ends what it started, whatever happened: workers, runs, armed faults, the gateway, the parts of the stack that it brought up.
 * T2  A worker of somebody else's would take part: with one running it refuses. On the user's own servers it plays only after `--yes`.
 * T3  A worker that ends unasked, a run that fails, or one that stands still, ends the comparison with the reason.
 */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { type Timing, timings } from '../../continuation/timing.js';
import { liftPoison } from '../../faults/poison-item.js';
import { migrate } from '../../orders/migrate.js';
import { openPool } from '../../orders/open-pool.js';
import type { StackAddresses } from '../../stack/addresses.js';
import { type Environment, readEnvironment } from '../../stack/environment.js';
import { listWorkers } from '../../worker/worker-record.js';
import { clearRuns } from '../demo/clear-runs.js';
import { Crew } from '../demo/crew.js';
import { onDemoStack } from '../demo/demo-stack.js';
import { comparisonPlayer as player } from '../demo/player.js';
import { refuseOtherWorkers } from '../demo/refuse-other-workers.js';
import { spareOthersData } from '../demo/spare-others-data.js';
import { type StageWaits, stageWaits } from '../demo/stage-wait.js';
import { chooseTiming } from '../profile.js';
import { withStack } from '../session.js';

export interface ComparisonStage extends StageWaits {
  readonly environment: Environment;
  readonly addresses: StackAddresses;
  readonly pool: Pool;
  readonly client: Client;
  readonly timing: Timing;
  /** Aborts on Ctrl+C, and when the comparison can't go on (T3). */
  readonly signal: AbortSignal;
  readonly crew: Crew;
  /** Ends the comparison with this reason. */
  fail(reason: unknown): void;
  /** Nothing of the lane before goes on: its workers and runs are ended, its faults disarmed. */
  clear(): Promise<void>;
}

export interface ComparisonStageOptions {
  readonly signal: AbortSignal;
  /** Leave the stack up at the end. */
  readonly keep: boolean;
  /** Replace orders and end runs on servers that the environment names as well. */
  readonly mayReplace: boolean;
  readonly profile: Timing['profile'] | null;
  readonly tell: (line: string) => void;
}

/** A statement that takes longer: the server is frozen. */
const statementLimitMs = 10_000;
/** Longer than any fault keeps a run from its work, one minute without a worker among them. */
const standstillMs = 100_000;

export async function onComparisonStage<T>(
  { signal, keep, mayReplace, profile, tell }: ComparisonStageOptions,
  play: (stage: ComparisonStage) => Promise<T>,
): Promise<T> {
  const narrator = { scene: async () => undefined, fact: tell, quote: tell };
  return onDemoStack({ narrator, player, signal, keep }, () =>
    withStack(async ({ addresses, home, temporal }) => {
      const { url } = addresses.postgres;
      await migrate(url);
      // By a name of its own: what workers are connected is to be told from it.
      const pool = openPool(url, { statementLimitMs, name: 'leftoff compare' });
      try {
        const client = await temporal();
        refuseOtherWorkers(
          player,
          (await listWorkers(home)).map(({ identity }) => identity),
        );
        if (!mayReplace) await spareOthersData(addresses, { pool, client, player });
        const timing = profile === null ? chooseTiming(null, addresses) : timings[profile];
        return await playOn({ addresses, pool, client, timing, signal }, play);
      } finally {
        await pool.end();
      }
    }),
  );
}

type Ground = Pick<ComparisonStage, 'addresses' | 'pool' | 'client' | 'timing' | 'signal'>;

async function playOn<T>(ground: Ground, play: (stage: ComparisonStage) => Promise<T>): Promise<T> {
  const { pool, client, timing, signal } = ground;
  const environment = readEnvironment();
  const { home } = environment;
  const failing = new AbortController();
  const fail = (reason: unknown): void => failing.abort(reason);
  const crew = new Crew({
    ...{ home, profile: timing.profile, player },
    onLine: () => undefined,
    onLost: fail,
  });
  const stage: ComparisonStage = {
    ...{ ...ground, environment, crew },
    ...stageWaits({ client, pool, home, player }, { limitMs: standstillMs, fail }),
    signal: AbortSignal.any([signal, failing.signal]),
    fail,
    clear: async () => {
      await crew.endThose();
      await clearRuns({ client, pool, home, player });
    },
  };
  try {
    await clearRuns({ client, pool, home, player });
    // Of a comparison that was killed.
    await liftPoison(pool);
    return await play(stage);
  } catch (error) {
    throw failing.signal.aborted && !signal.aborted ? failing.signal.reason : error;
  } finally {
    await crew.endAll();
    await clearRuns({ client, pool, home, player }).catch(() => undefined);
  }
}

/**
 * Plays a run of the soak on real servers: its data, its workers, its faults one after another, and what is found at its end.
 *
 * R1  The first fault is armed before the run begins, each next one when the last has fallen. One whose place the run has passed by
 *     then, as it may while a frozen worker is waited for, doesn't fall, and is not counted. One that has begun to fall is waited for,
 *     also where the run ends first: what an outage cost is told when it is over.
 * R2  Whatever happens, the workers that it started are gone at the end.
 * R3  A run that doesn't end is a finding, and no wait without end.
 */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { Crew } from '../../dist/cli/demo/crew.js';
import { jobIn } from '../../dist/cli/jobs.js';
import { startRun } from '../../dist/cli/start-run.js';
import { untilCalledOff } from '../../dist/cli/unless-called-off.js';
import { demo } from '../../dist/continuation/timing.js';
import type { Fallen } from '../../dist/faults/fault.js';
import { faultNamed } from '../../dist/faults/faults.js';
import type { Environment } from '../../dist/stack/environment.js';
import { disarmAllFaults } from '../../dist/worker/fault-points.js';
import type { PlannedRun } from './plan-run.js';
import { prepareData } from './prepare-data.js';

export interface SoakPlace {
  readonly environment: Environment;
  readonly pool: Pool;
  readonly client: Client;
  /** Aborts when the soak is called off. */
  readonly signal: AbortSignal;
}

export interface Played {
  readonly runId: string;
  readonly fallen: readonly Fallen[];
  /** Workers that ended without having been struck, in words. */
  readonly endedByThemselves: readonly string[];
  /** Why it did not come to its end; null: it did. */
  readonly failure: string | null;
  /** What was there before it, for its proof. */
  readonly file: string | null;
}

/** The longest outage is a few seconds, and six faults fall: a run that takes this long goes nowhere. */
const runLimitMs = 180_000;
/** Longer than any timeout of the profile. */
const withoutWorkersMs = 3_000;

export async function playRun(place: SoakPlace, plan: PlannedRun): Promise<Played> {
  const { environment, pool, client } = place;
  const { home } = environment;
  const runId = `soak-${plan.seed}`;
  await disarmAllFaults(home);
  const file = await prepareData(pool, home, plan);
  const ending = new AbortController();
  const signal = AbortSignal.any([place.signal, ending.signal, AbortSignal.timeout(runLimitMs)]);
  const endedByThemselves: string[] = [];
  const crew = new Crew({
    ...{ home, profile: 'demo', player: { noun: 'soak', command: 'npm run soak' } },
    onLine: () => undefined,
    onLost: ({ message }) => endedByThemselves.push(message),
  });
  const fallen: Fallen[] = [];
  let hasBegun = false;
  try {
    const armNext = (at: number) => {
      const planned = plan.faults[at];
      if (planned === undefined) return null;
      hasBegun = false;
      return faultNamed(planned.name, { withoutWorkersMs }).arm({
        ...{ environment, pool, client, runId, at: planned.at, signal },
        startWorker: (variables) => crew.start(variables),
        expectEndOf: (pid) => crew.expectEndOf(pid),
        tell: () => {
          hasBegun = true;
        },
      });
    };
    await (await crew.start()).ready;
    let armed = await armNext(0);
    await startRun(client, pool, {
      ...{ ...jobIn(plan.pattern, plan.job), workflowId: runId, store: plan.store, timing: demo },
      ...{ batchSize: plan.batchSize, checkpointEvery: plan.checkpointEvery, itemMs: plan.itemMs },
      ...(file === null ? {} : { file }),
    });
    const ended = client.workflow.getHandle(runId).result();
    ended.catch(() => undefined);
    const calledOff = gaveUp(signal);
    const noMore = Promise.race([ended.then(() => null), calledOff.then(() => null)]);
    noMore.catch(() => undefined);
    for (let next = 1; armed !== null; next += 1) {
      const whatFell = await Promise.race([armed.fallen, noMore]);
      const what =
        whatFell ?? (hasBegun ? await Promise.race([armed.fallen, calledOff.then(() => null)]) : null);
      if (what === null) break;
      fallen.push(what);
      armed = await armNext(next);
    }
    const failure = await Promise.race([ended.then(() => null), calledOff]);
    place.signal.throwIfAborted();
    return { runId, fallen, endedByThemselves, failure, file };
  } catch (error) {
    place.signal.throwIfAborted();
    const failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { runId, fallen, endedByThemselves, failure, file };
  } finally {
    ending.abort();
    await crew.endAll();
  }
}

async function gaveUp(signal: AbortSignal): Promise<string> {
  await untilCalledOff(signal);
  return `it did not end within ${runLimitMs / 1_000} s`;
}

/**
 * Plays an iteration under any disturbances, for the properties: stops, kills, errors, waits and zombies at any place, in
 * any order.
 *
 * The items' effects go into a ledger that would show a second one. Without a fence an effect is guarded, as every job's must
 * be; `effect` puts another one in its place.
 */
import { DefaultLogger } from '@temporalio/worker';
import type { IterationOutcome } from '../../../src/continuation/checkpoint.js';
import type { Cursor } from '../../../src/continuation/cursor.js';
import {
  abort,
  type CheckpointStore,
  type Enumerator,
  type ItemContext,
  type IterationInput,
  iteration,
  type Transaction,
} from '../../../src/continuation/iteration/index.js';
import { type ExecutionEnd, iterationRun, killHere } from '../../../src/continuation/testing/index.js';
import { DisturbedProcess, InjectedOutage, isInjected, type Work } from './disturbed-process.js';
import type { Disturbance } from './some-disturbances.js';

/** Items of an enumerator, and what tells their effects from one another. */
export interface Items<Item, C extends Cursor> {
  readonly enumerator: () => Enumerator<Item, C>;
  /** The effects of an item; a batch has several. */
  readonly idsOf: (item: Item) => readonly string[];
}

export interface Play {
  readonly disturbances: readonly Disturbance[];
  readonly store?: CheckpointStore;
  readonly checkpointEvery?: number;
  readonly workflowId?: string;
  /** Has an effect; default: in memory, guarded. @returns whether it was there before */
  readonly effect?: (
    id: string,
    context: Pick<ItemContext<Cursor, Transaction | null>, 'transaction'>,
  ) => Promise<boolean>;
  /** Takes from a process that was lost with an item in hand what a dead one doesn't hold any more. */
  readonly bury?: () => Promise<void>;
  /** The most effects that are met again where a process is lost; default: all that it had. */
  readonly costOfLoss?: (lost: Work) => number;
}

export interface Played {
  /** Those in memory, in the order in which they were made; a second one of an item stands twice. */
  readonly effects: readonly string[];
  /** How often an effect was found that was there already. */
  readonly metAgain: number;
  /** The most that this may be, after what happened. */
  readonly mayBeMetAgain: number;
  readonly counted: { readonly processed: number; readonly revisited: number };
}

const silent = new DefaultLogger('ERROR', () => undefined);

/** Effects in memory that are made once, in a list that would show a second one. */
export function guardedEffects() {
  const made: string[] = [];
  const known = new Set<string>();
  const effect = async (id: string): Promise<boolean> => {
    if (known.has(id)) return true;
    known.add(id);
    made.push(id);
    return false;
  };
  return { made, effect };
}

export async function playDisturbed<Item, C extends Cursor>(
  items: Items<Item, C>,
  play: Play,
): Promise<Played> {
  const { costOfLoss = ({ inExecution }) => inExecution } = play;
  const inMemory = guardedEffects();
  const effect = play.effect ?? inMemory.effect;
  let metAgain = 0;
  let mayBeMetAgain = 0;
  let process = new DisturbedProcess(null);

  const activityIn = (own: DisturbedProcess) =>
    iteration<object, Item, C, null, Transaction | null>({
      buildEnumerator: () => items.enumerator(),
      async eachIteration(item, _args, context) {
        const ids = items.idsOf(item);
        let known = 0;
        for (const id of ids) {
          if ((await own.beforeEffect()) === 'put off') return abort.retry({ afterMs: 1 });
          if (await effect(id, context)) {
            known += 1;
            metAgain += 1;
          }
          await own.afterEffect();
        }
        own.itemDone();
        return { processed: ids.length, failed: 0, revisited: known };
      },
      shouldExit: () => own.wantsToExit,
      isOutage: (error) => error instanceof InjectedOutage,
      ...(play.store === undefined ? {} : { store: play.store }),
      checkpointEvery: play.checkpointEvery ?? 1,
    });
  const activity = (input: IterationInput<object>): Promise<IterationOutcome<C>> => {
    const own = process;
    // A zombie goes on all the same; nobody hears of it.
    return Promise.race([own.run(() => activityIn(own)(input)), own.lost.then(killHere)]);
  };
  const run = iterationRun<object, C>(
    activity,
    {},
    { workflowId: play.workflowId ?? 'a-run', logger: silent },
  );

  /** One execution under this disturbance; null: it came to no end that the run's Workflow hears of. */
  const execute = async (disturbance: Disturbance): Promise<ExecutionEnd<C> | null> => {
    process = new DisturbedProcess(disturbance);
    switch (disturbance.kind) {
      case 'stop':
        return run.interruptedAfter(disturbance.after);
      case 'kill':
        return run.killedAfter(disturbance.after, disturbance.sent);
      case 'lost':
      case 'zombie': {
        const end = await run.killedAfter(Number.POSITIVE_INFINITY);
        if (end.kind === 'killed') await play.bury?.();
        return end;
      }
      default:
        return run.execution().catch((error: unknown) => {
          if (isInjected(error)) return null;
          throw error;
        });
    }
  };

  const asleep: DisturbedProcess[] = [];
  let completed = false;
  for (const disturbance of play.disturbances) {
    if (completed) break;
    const end = await execute(disturbance);
    completed = end?.kind === 'completed';
    mayBeMetAgain += end?.kind === 'killed' ? costOfLoss(process.work) : process.work.ofItemInHand;
    for (const zombie of asleep.splice(0)) await zombie.wake();
    if (process.isZombie) asleep.push(process);
  }
  process = new DisturbedProcess(null);
  const { checkpoint } = await run.toTheEnd();
  for (const zombie of asleep) await zombie.wake();
  const { processed, revisited } = checkpoint.counts;
  return { effects: inMemory.made, metAgain, mayBeMetAgain, counted: { processed, revisited } };
}

/**
 * The Workflow around an enumerator-style Activity: schedules it, and schedules it again after each interruption.
 *
 * E1  An interruption is not a retry: the Activity returned, so it spends no attempt and waits for no backoff.
 * E2  It goes on with the checkpoint that the Activity returned, which is in history at once.
 * E3  History grows by an Activity an interruption, so a run of many interruptions continues as new too.
 * E4  More interruptions in a row without progress than the limit fail the run; it never loops. Waiting is none of them.
 * E5  A throttled run waits here, by a durable timer: no worker is held, and none need be alive.
 * E6  What a store keeps is cleared when the run's end is in history, and not before. A cancelled run's too, where its Activity
 *     still said how far it was: else only the store knows what was done, and keeps it.
 * E7  Refused by its own fence, as after a reset, it takes over (`overtaking.ts`).
 * E8  Paused, it stands still between two Activities (`control.ts`). One that a pause stops before it has been taken up again,
 *     its worker lost, can't report; what it left in its heartbeat is read before (`iteration/held-checkpoint.ts`).
 */
import {
  type ActivityOptions,
  CancellationScope,
  isCancellation,
  log,
  scheduleActivity,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Checkpoint, IterationOutcome, RunProgress, RunResult } from '../checkpoint.js';
import { emptyTally, tallyOf } from '../checkpoint.js';
import type { IterationInput } from '../iteration/iteration-input.js';
import { production } from '../timing.js';
import { activityDefaults } from './activity-defaults.js';
import { cancelledForGood } from './cancelled-for-good.js';
import { type CarriedChain, readIteration } from './carried-chain.js';
import { type CarriedIteration, failedFrom, newestPlace, toStartFrom } from './carried-iteration.js';
import { keepingContinuation, noProgress, resumeLimit } from './continuation-errors.js';
import { continueAsNewWith } from './continue-as-new.js';
import { RunControl } from './control.js';
import { describeProgress } from './describe-progress.js';
import { holdsHere } from './later-rules.js';
import { maximumRefusals, refusedBy } from './overtaking.js';
import { PendingWork } from './pending-work.js';
import { progressQuery } from './progress-query.js';
import { countCheckpoint, countContinuation, countInterruption, stopOf } from './run-events.js';
import { maximumFruitlessInterruptions } from './step.js';

export interface IterateOptions<Input> {
  /** Timeouts and retries of the Activity; default: `activityDefaults()`. Attempts need no limit: errors are counted by cursor. */
  readonly activity?: (input: Input) => ActivityOptions;
  readonly historyLimit?: (input: Input) => number;
  /**
   * Resumptions after which the run fails instead of going on once more; default: no limit. Asked when the Activity reports:
   * lost workers and errors count, but while the Activity is tried again nobody asks.
   */
  readonly maxResumptions?: number;
}

/**
 * Its second argument is what continue-as-new carries, or the first detail of a failed run's failure: then it starts again from
 * there. In a partition that begins it is the chain that the partitioned run gives it; null is nothing.
 */
export type IterateWorkflow<Input> = (
  input: Input,
  carried?: CarriedIteration | CarriedChain | null,
) => Promise<RunResult>;

/** What a store's clearing may take: it is tidiness, and the run's end does not wait for a server that is away. */
const clearingLimit = {
  startToCloseTimeout: '5 seconds',
  // Also where no worker takes it.
  scheduleToCloseTimeout: '15 seconds',
  retry: { maximumAttempts: 2 },
} as const;

/** A look at the server takes milliseconds, and is tried again; what can't be read for so long is given up, and the pause goes on. */
const lookingLimit = {
  startToCloseTimeout: '5 seconds',
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '100 milliseconds', maximumInterval: '1 second' },
} as const;

/** Makes a Workflow that runs the enumerator Activity of this name to its end, over any number of interruptions. */
export function iterate<Input>(
  activityName: string,
  options: IterateOptions<Input> = {},
): IterateWorkflow<Input> {
  const work = { pattern: 'enumerator', iteration: activityName } as const;
  // Without a name of its own: a Client that is handed the function would take it for the Workflow's type.
  return async (input, given) => {
    const carried = readIteration(given);
    const historyLimit = options.historyLimit?.(input) ?? production.historyLimit;
    const executions = carried.executions ?? 1;
    const chain = carried.chain ?? workflowInfo().originalExecutionRunId;
    let checkpoint = carried.checkpoint ?? null;
    let fruitless = carried.fruitless ?? 0;
    let generation = carried.generation ?? 0;
    let waited = carried.waited ?? false;
    let refusals = 0;
    const activity = options.activity?.(input) ?? activityDefaults();
    const progress = (): RunProgress => progressOf(activityName, checkpoint, executions);
    setHandler(progressQuery, progress);
    const tell = () => setCurrentDetails(describeProgress(progress(), null, control.state));
    const control: RunControl = new RunControl({ changed: tell });
    if (control.mustHold) await control.hold();
    for (;;) {
      tell();
      generation += 1;
      const position = { args: input, chain, generation };
      const activityInput: IterationInput<Input> = {
        ...position,
        from: checkpoint,
        ...(waited ? { afterWait: true } : {}),
      };
      let outcome: IterationOutcome;
      let held: Checkpoint | null = null;
      try {
        outcome = await control.stoppable(
          () => scheduleActivity<IterationOutcome>(activityName, [activityInput], activity),
          async () => {
            held = await readHeld(position, activity);
          },
        );
      } catch (error) {
        if (control.isOwnStop(error)) {
          checkpoint = newestPlace([held, checkpoint], error);
          await control.hold();
          continue;
        }
        const refused = refusedBy(error);
        if (refused === null || refusals >= maximumRefusals)
          throw failedFrom(error, { checkpoint, executions, chain, generation });
        log.warn('The store knows a later attempt than this history, as after a reset: taking over', {
          refused,
        });
        refusals += 1;
        generation = Math.max(generation, refused);
        continue;
      }
      refusals = 0;
      countCheckpoint(work, null);
      const moved = outcome.checkpoint.sequence > (checkpoint?.sequence ?? 0);
      const isPause = outcome.kind === 'interrupted' && outcome.reason === 'cancelled';
      if (moved) fruitless = 0;
      else if (
        (outcome.kind === 'interrupted' && !isPause) ||
        (outcome.kind === 'throttled' && outcome.waitMs === 0)
      )
        fruitless += 1;
      checkpoint = outcome.checkpoint;
      waited = outcome.kind === 'throttled' || isPause;
      if (outcome.kind === 'completed') {
        if (outcome.store != null) await clearStore(position, activity);
        return { ...resultOf(checkpoint, executions), ending: outcome.ending, result: outcome.result };
      }
      const reason =
        outcome.kind === 'interrupted' ? stopOf(outcome.reason, CancellationScope.current()) : 'throttled';
      countInterruption(work, reason);
      if (outcome.kind === 'interrupted') {
        log.info('Interrupted', { reason, cursor: checkpoint.cursor });
      } else {
        log.info('Throttled', { waitMs: outcome.waitMs, cursor: checkpoint.cursor });
        if (outcome.waitMs > 0) await untilCancelled(control.sleep(outcome.waitMs));
      }
      if (control.mustHold) await untilCancelled(control.hold());
      if (CancellationScope.current().consideredCancelled) {
        // Before any limit: cancelled is what the run ends as. The outcome says all that was done.
        const isForNobody = outcome.store != null && cancelledForGood();
        if (isForNobody && holdsHere('leftoff-cancelled-store-is-cleared'))
          await clearStore(position, activity);
        return CancellationScope.current().cancelRequested;
      }
      if (fruitless > maximumFruitlessInterruptions)
        throw keepingContinuation(
          stuck(activityName, checkpoint),
          toStartFrom({ checkpoint, executions, chain, generation }),
        );
      const { maxResumptions } = options;
      // Going on after a wait is no resumption.
      const resumptions = checkpoint.resumptionCount - (carried.forgiven ?? 0);
      if (!waited && maxResumptions !== undefined && resumptions >= maxResumptions)
        throw keepingContinuation(
          resumeLimit(maxResumptions),
          toStartFrom({ checkpoint, executions, chain, generation }),
        );
      if (workflowInfo().historyLength >= historyLimit || workflowInfo().continueAsNewSuggested) {
        const next = {
          type: 'leftoff.carried-iteration',
          version: 1,
          checkpoint,
          executions: executions + 1,
          fruitless,
          chain,
          generation,
          ...(waited ? { waited } : {}),
          ...(carried.forgiven === undefined ? {} : { forgiven: carried.forgiven }),
        } as const;
        countContinuation(work, 'history limit');
        return continueAsNewWith<IterateWorkflow<Input>>(() => [input, next], {
          pending: new PendingWork(),
          control,
        });
      }
    }
  };

  /** Where the iteration's own workers are: others don't have the Activity. */
  function askOwnKind(
    input: IterationInput<Input>,
    { taskQueue }: ActivityOptions,
    limit: ActivityOptions,
  ): Promise<IterationOutcome> {
    const where = taskQueue === undefined ? {} : { taskQueue };
    return scheduleActivity<IterationOutcome>(activityName, [input], { ...limit, ...where });
  }

  /** What the Activity in hand has in its heartbeat, asked for by one of its own kind. */
  async function readHeld(
    position: Omit<IterationInput<Input>, 'from'>,
    activity: ActivityOptions,
  ): Promise<Checkpoint | null> {
    const outcome = await askOwnKind({ ...position, from: null, readHeld: true }, activity, lookingLimit);
    return outcome.checkpoint.sequence === 0 ? null : outcome.checkpoint;
  }

  async function clearStore(
    position: Omit<IterationInput<Input>, 'from' | 'generation'> & { readonly generation: number },
    activity: ActivityOptions,
  ): Promise<void> {
    // Above all attempts of the iteration: none of them may begin anew after it.
    const generation = position.generation + 1;
    const input: IterationInput<Input> = { ...position, generation, from: null, cleanUp: true };
    try {
      await CancellationScope.nonCancellable(() => askOwnKind(input, activity, clearingLimit));
    } catch (error) {
      log.warn('What the store keeps of this run was not cleared: Redis lets it expire, Postgres keeps it', {
        error,
      });
    }
  }
}

/** A wait that a cancellation ends, and that leaves what comes of it to whoever asked. */
async function untilCancelled(wait: Promise<void>): Promise<void> {
  try {
    await wait;
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

function resultOf(checkpoint: Checkpoint, executions: number): Omit<RunResult, 'result'> {
  return { ...tallyOf(checkpoint), cursor: checkpoint.cursor, executions };
}

function progressOf(step: string, checkpoint: Checkpoint | null, executions: number): RunProgress {
  const { resumptions: _, ...tally } = tallyOf(checkpoint ?? emptyTally);
  return { ...tally, step, cursor: checkpoint?.cursor ?? null, executions };
}

function stuck(name: string, checkpoint: Checkpoint) {
  const times = maximumFruitlessInterruptions;
  return noProgress(
    `'${name}' was interrupted more than ${times} times in a row without getting further.`,
    checkpoint,
  );
}

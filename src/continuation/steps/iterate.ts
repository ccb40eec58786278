/**
 * The Workflow around an enumerator-style Activity: schedules it, and schedules it again after each interruption.
 *
 * E1  An interruption is not a retry: the Activity returned, so it spends no attempt and waits for no backoff.
 * E2  It goes on with the checkpoint that the Activity returned, which is in history at once.
 * E3  History grows by an Activity an interruption, so a run of many interruptions continues as new too.
 * E4  More interruptions in a row without progress than the limit fail the run; it never loops.
 */
import {
  type ActivityOptions,
  allHandlersFinished,
  condition,
  log,
  makeContinueAsNewFunc,
  scheduleActivity,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Checkpoint, IterationOutcome, RunProgress, RunResult } from '../checkpoint.js';
import { emptyTally, tallyOf } from '../checkpoint.js';
import type { IterationInput } from '../iteration/iteration-input.js';
import { production } from '../timing.js';
import { noProgress } from './continuation-errors.js';
import { describeProgress } from './describe-progress.js';
import { maximumFruitlessInterruptions } from './job.js';
import { progressQuery } from './progress-query.js';

/** What continue-as-new carries of an enumerator's run. */
interface CarriedIteration {
  readonly type: 'leftoff.carried-iteration';
  readonly version: 1;
  readonly checkpoint: Checkpoint;
  readonly executions: number;
  readonly fruitless: number;
}

export interface IterateOptions<Input> {
  /** Timeouts and retries of the Activity; unlimited attempts unless told otherwise (errors are counted by cursor). */
  readonly activity: (input: Input) => ActivityOptions;
  readonly historyLimit?: (input: Input) => number;
}

export type IterateWorkflow<Input> = (input: Input, carried?: CarriedIteration) => Promise<RunResult>;

/** Makes a Workflow that runs the enumerator Activity of this name to its end, over any number of interruptions. */
export function iterate<Input>(activityName: string, options: IterateOptions<Input>): IterateWorkflow<Input> {
  return async function iterateWorkflow(input, carried) {
    const historyLimit = options.historyLimit?.(input) ?? production.historyLimit;
    const executions = carried?.executions ?? 1;
    let checkpoint = carried?.checkpoint ?? null;
    let fruitless = carried?.fruitless ?? 0;
    const progress = (): RunProgress => progressOf(activityName, checkpoint, executions);
    setHandler(progressQuery, progress);
    for (;;) {
      setCurrentDetails(describeProgress(progress()));
      const activityInput: IterationInput<Input> = { args: input, from: checkpoint };
      const outcome: IterationOutcome = await scheduleActivity(
        activityName,
        [activityInput],
        options.activity(input),
      );
      fruitless = outcome.checkpoint.sequence > (checkpoint?.sequence ?? 0) ? 0 : fruitless + 1;
      checkpoint = outcome.checkpoint;
      if (outcome.kind === 'completed')
        return { ...resultOf(checkpoint, executions), result: outcome.result };
      log.info('Interrupted', { reason: outcome.reason, cursor: checkpoint.cursor });
      if (fruitless > maximumFruitlessInterruptions) throw stuck(activityName, checkpoint);
      if (workflowInfo().historyLength >= historyLimit || workflowInfo().continueAsNewSuggested) {
        await condition(allHandlersFinished);
        const goOn = makeContinueAsNewFunc<IterateWorkflow<Input>>({ memo: { ...workflowInfo().memo } });
        const next = {
          type: 'leftoff.carried-iteration',
          version: 1,
          checkpoint,
          executions: executions + 1,
          fruitless,
        } as const;
        return goOn(input, next);
      }
    }
  };
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
  return noProgress(`'${name}' was interrupted more than ${times} times in a row without getting further.`, {
    checkpoint,
  });
}

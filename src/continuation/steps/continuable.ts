/**
 * Turns a job written in steps into a Workflow that can stop and go on anywhere between two checkpoints.
 *
 * W1  History stays bounded: at the limit the run continues as new at the next checkpoint, with its cursor and counts.
 * W2  An interruption wins over whatever the body does about it (`interruption.ts`).
 * W3  Message handlers end before the chain continues.
 */
import {
  allHandlersFinished,
  condition,
  log,
  makeContinueAsNewFunc,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { InterruptionReason, RunResult } from '../checkpoint.js';
import { production } from '../timing.js';
import { invalidStep } from './continuation-errors.js';
import { describeProgress } from './describe-progress.js';
import { Interruption } from './interruption.js';
import { ContinuableJob, type Job, toRecord } from './job.js';
import { progressQuery } from './progress-query.js';
import { type Continuation, RunLedger } from './run-ledger.js';

export interface ContinuableOptions<Input> {
  /** Events of history after which the run continues as new; default: the production profile's. */
  readonly historyLimit?: (input: Input) => number;
}

/** A Workflow function; its second argument is what continue-as-new carries, and nobody else's business. */
export type ContinuableWorkflow<Input> = (input: Input, carried?: Continuation) => Promise<RunResult>;

/** Makes a Workflow of a job in steps. @throws what the body throws; InvalidStepError where its steps changed under a run. */
export function continuable<Input>(
  body: (job: Job, input: Input) => Promise<unknown>,
  options: ContinuableOptions<Input> = {},
): ContinuableWorkflow<Input> {
  return async function continuableWorkflow(input, carried) {
    const ledger = new RunLedger(carried);
    const interruption = new Interruption();
    const historyLimit = options.historyLimit?.(input) ?? production.historyLimit;
    const job = new ContinuableJob(ledger, {
      async checkpoint() {
        const reason = reasonToStop(historyLimit, ledger);
        if (reason !== null) await interruption.request(reason);
      },
      changed: () => setCurrentDetails(describeProgress(ledger.progress())),
    });
    setHandler(progressQuery, () => ledger.progress());

    const end = await interruption.guard(() => body(job, input));

    if (end.kind === 'interrupted') {
      log.info('Continuing as new', { reason: end.reason, ...ledger.progress() });
      await condition(allHandlersFinished);
      const goOn = makeContinueAsNewFunc<ContinuableWorkflow<Input>>({ memo: { ...workflowInfo().memo } });
      return goOn(input, ledger.carry());
    }
    const problem = ledger.problemAtEnd();
    if (problem !== null) throw invalidStep(problem);
    return ledger.result(toRecord('the job', end.value));
  };
}

/** An execution that has not advanced goes on whatever its history: to stop without progress could loop for ever. */
function reasonToStop(historyLimit: number, ledger: RunLedger): InterruptionReason | null {
  if (!ledger.advanced) return null;
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength >= historyLimit || continueAsNewSuggested ? 'history limit' : null;
}

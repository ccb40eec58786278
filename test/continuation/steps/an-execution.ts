/** Runs a job in steps without Temporal: one execution of it, with a clock and an event list that the test reads. */
import type { TemporalFailure } from '@temporalio/common';
import { ContinuableJob } from '../../../src/continuation/steps/continuable-job.js';
import type {
  CarriedContinuation,
  ContinuationReason,
} from '../../../src/continuation/steps/continuation.js';
import { cameTooOftenFor } from '../../../src/continuation/steps/continuation-errors.js';
import { identifyError, isNonRetryable } from '../../../src/continuation/steps/describe-error.js';
import {
  cameTooOften,
  defaultFailureRules,
  type FailureRules,
  judgeFailure,
  type Verdict,
} from '../../../src/continuation/steps/failure-rules.js';
import { Interruption } from '../../../src/continuation/steps/interruption.js';
import type { Job } from '../../../src/continuation/steps/job.js';
import type { RunEvents } from '../../../src/continuation/steps/run-events.js';
import { RunLedger } from '../../../src/continuation/steps/run-ledger.js';

export interface ExecutionOptions {
  readonly carried?: CarriedContinuation;
  /** Asked at each checkpoint where the execution has advanced. */
  readonly stop?: () => boolean;
  readonly maxResumptions?: number;
  /** Asked for whether the run is cancelled by now. */
  readonly cancelled?: () => boolean;
  /** Asked for whether whoever asks is at its clean-up, which nothing cancels. */
  readonly cleaningUp?: () => boolean;
}

type ExecutionEnd =
  | { readonly kind: 'ended'; readonly value: unknown }
  | { readonly kind: 'interrupted'; readonly reason: ContinuationReason }
  | { readonly kind: 'given up' }
  | { readonly kind: 'threw'; readonly error: unknown };

export interface Execution {
  readonly end: ExecutionEnd;
  readonly ledger: RunLedger;
  /** What the library fails the run with, whatever the body did. */
  readonly failure: Error | null;
  readonly events: readonly string[];
  /** Milliseconds of the waits that it asked for. */
  readonly waits: readonly number[];
}

export async function execute(
  body: (job: Job) => Promise<unknown>,
  {
    carried,
    stop = () => false,
    maxResumptions,
    cancelled = () => false,
    cleaningUp = () => false,
  }: ExecutionOptions = {},
): Promise<Execution> {
  const ledger = new RunLedger(carried, 'first-run-id');
  const interruption = new Interruption();
  const events: string[] = [];
  const waits: number[] = [];
  const job = new ContinuableJob(ledger, {
    events: listing(events),
    maxResumptions: maxResumptions ?? null,
    get interrupted() {
      return interruption.reason !== null;
    },
    get cancelled() {
      return cancelled();
    },
    get cancelledHere() {
      return cancelled() && !cleaningUp();
    },
    holdsHere: () => true,
    refusalOf: (error, caught) => {
      const why = cameTooOften(error, defaultFailureRules);
      return why === null ? null : cameTooOftenFor(why, error, caught);
    },
    // The test looks at what the body makes of it.
    failed: () => undefined,
    halt: () => interruption.halt(),
    interrupt: (reason) => interruption.request(reason),
    async checkpoint() {
      const planned = ledger.meetPlanned();
      if (planned) await interruption.request('a test asked');
      if (interruption.reason !== null || (ledger.advanced && stop()))
        await interruption.request('history limit');
    },
    changed: () => undefined,
    control: {
      mustHold: false,
      stoppable: (work) => work(),
      isOwnStop: () => false,
      hold: async () => undefined,
      sleep: async (ms) => {
        waits.push(ms);
      },
    },
    now: () => 0,
    alongside: (work) => work(),
  });
  const end = await interruption
    .guard(() => body(job))
    .catch((error: unknown) => ({ kind: 'threw', error }) as const);
  return { end, ledger, failure: job.failure, events, waits };
}

/** What the rules say about an error that ended an execution. */
export function judge({ ledger }: Execution, thrown: TemporalFailure, rules: FailureRules): Verdict {
  return judgeFailure(
    {
      nonRetryable: isNonRetryable(thrown),
      restartWanted: rules.restartOn(thrown),
      advanced: ledger.advanced,
      error: ledger.countError(identifyError(thrown)),
      restarts: ledger.restarts,
      resumptions: ledger.resumptions,
    },
    rules,
  );
}

function listing(events: string[]): RunEvents {
  const about = ({ step, cursor }: { step: string; cursor: unknown }) =>
    `${step} at ${JSON.stringify(cursor)}`;
  return {
    started: (step) => events.push(`started ${about(step)}`),
    resumed: (step) => events.push(`resumed ${about(step)}`),
    skipped: (step) => events.push(`skipped ${step}`),
    completed: (step) => events.push(`completed ${about(step)}`),
    failed: (step) => events.push(`failed ${about(step)}`),
    pickedUp: (step) => events.push(`picked up ${about(step)}`),
    interrupted: (step, reason) => events.push(`interrupted ${step}: ${reason}`),
    // Each move is one: a list of them would say nothing that the steps' cursors don't.
    checkpointed: () => undefined,
    continued: (reason) => events.push(`continued: ${reason}`),
  };
}

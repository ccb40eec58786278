/**
 * Turns a job written in steps into a Workflow that can stop and go on anywhere between two checkpoints.
 *
 * W1  History stays bounded: at the limit the run continues as new at the next checkpoint, with its cursor and counts
 *     (`stopping-rules.ts`).
 * W2  An interruption wins over whatever the body does about it (`interruption.ts`).
 * W3  What is under way ends before the chain continues or the run fails (`pending-work.ts`).
 * W4  A Temporal failure that the body throws is judged (`failure-rules.ts`): with progress the run resumes.
 * W5  A run that fails keeps its continuation as the first detail of its failure, whose cause is what it failed with.
 * W6  A cancelled run ends as cancelled, unless its job catches that and goes through all of its own steps. It never continues
 *     as new, and no error of its clean-up resumes it. What was cancelled without the run (a scope with a timeout, a child)
 *     failed, as anything else does.
 * W7  A paused run stands still at its next checkpoint, before the next step at the latest, and before it goes on after an error
 *     (`control.ts`).
 *
 * What is no Temporal failure (a TypeError, say) fails the Workflow Task, which the server tries again until the code is
 * mended; the run waits there with its cursor. One that is configured to fail the run does, and its progress is kept.
 * In Rails it would be an error like any other: here it is a bug in Workflow code, and its mend is a deployment.
 */
import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { InterruptionReason, RunResult } from '../checkpoint.js';
import { isConfiguredFailure } from './configured-failures.js';
import { ContinuableJob } from './continuable-job.js';
import { type ContinuableOptions, queueOf, type Settings, settingsOf } from './continuable-settings.js';
import type { CarriedContinuation, Continuation } from './continuation.js';
import {
  cameTooOftenFor,
  failedBy,
  failedFor,
  invalidStep,
  keepingContinuation,
  plannedInterruptionNotMet,
} from './continuation-errors.js';
import { continueAsNewWith } from './continue-as-new.js';
import { RunControl } from './control.js';
import { identifyError, isNonRetryable } from './describe-error.js';
import { describeProgress } from './describe-progress.js';
import { encodeResult } from './encode-result.js';
import { cameTooOften, judgeFailure } from './failure-rules.js';
import { Interruption } from './interruption.js';
import type { Job } from './job.js';
import { holdsHere } from './later-rules.js';
import { PendingWork } from './pending-work.js';
import { progressQuery } from './progress-query.js';
import { type RunEvents, workflowEvents } from './run-events.js';
import { RunLedger } from './run-ledger.js';
import { endedByCancelling } from './stoppable-work.js';
import { reasonToStop } from './stopping-rules.js';

/** A Workflow function; its second argument is what continue-as-new carries, a retry keeps, or a test plans (`interrupting`); null is nothing. */
export type ContinuableWorkflow<Input> = (
  input: Input,
  carried?: CarriedContinuation | null,
) => Promise<RunResult>;

/**
 * Makes a Workflow of a job in steps.
 *
 * @param options or what makes them out of the input, where a run's settings are part of that
 * @throws ApplicationFailure, not to be retried, with the run's Continuation as its first detail: under the type and
 * message of what the body threw, or SameErrorAtSameCursor, NoProgressError, ResumeLimitError, RestartLimitError,
 * InvalidStepError, InvalidCursorError, CursorTooLargeError, UnadvanceableCursorError, ResultTooLargeError;
 * InvalidCarriedError for a second argument that is none of a job's
 */
export function continuable<Input>(
  body: (job: Job, input: Input) => Promise<unknown>,
  options: ContinuableOptions<Input> | ((input: Input) => ContinuableOptions<Input>) = {},
): ContinuableWorkflow<Input> {
  // Without a name of its own: a Client that is handed the function would take it for the Workflow's type.
  return async (input, carried) => {
    const run = new ContinuableRun(carried ?? null, settingsOf(options, input));
    return run.toItsEnd<Input>((job) => body(job, input), input);
  };
}

/** Each branch of a job comes to one checkpoint after an interruption, and stands there. No job has so many branches. */
const maximumCheckpointsAfter = 1_000;

/** One execution of a job in steps. */
class ContinuableRun {
  readonly #ledger: RunLedger;
  readonly #interruption = new Interruption();
  readonly #pending = new PendingWork();
  readonly #events: RunEvents = workflowEvents();
  readonly #job: ContinuableJob;
  readonly #settings: Settings;
  readonly #control = new RunControl({ changed: () => this.#tell() });
  readonly #startedAt = Date.now();
  /** The run's own scope, which a cancellation of the run cancels. */
  readonly #root = CancellationScope.current();
  #failing = false;
  #checkpointsAfter = 0;

  constructor(carried: CarriedContinuation | null, settings: Settings) {
    this.#settings = settings;
    this.#ledger = new RunLedger(carried, workflowInfo().originalExecutionRunId);
    this.#job = this.#jobFor(this.#ledger);
    setHandler(progressQuery, () => this.#ledger.progress());
  }

  async toItsEnd<Input>(body: (job: Job) => Promise<unknown>, input: Input): Promise<RunResult> {
    const end = await this.#interruption.guard(() => body(this.#job)).catch(threw);
    switch (end.kind) {
      case 'interrupted':
        this.#events.continued(end.reason, { ...this.#ledger.progress() });
        return this.#goOn(input, () => this.#ledger.carry(end.reason));
      case 'ended':
        return this.#complete(end.value);
      case 'threw':
        return this.#judge(end.error, input);
      case 'given up':
        return this.#judge(this.#job.failure, input);
    }
  }

  async #complete(value: unknown): Promise<RunResult> {
    const ledger = this.#ledger;
    const problem = ledger.problemAtEnd();
    const failure = this.#refusal() ?? (problem === null ? null : invalidStep(problem));
    // A job that caught the cancellation, and cleaned up, left its steps where they were.
    if (failure !== null && this.#endsAsCancelled(failure)) throw cancelled();
    if (failure !== null) return this.#fail(failure);
    if (ledger.unmet.length > 0) return this.#fail(plannedInterruptionNotMet(ledger.unmet));
    const result = encodeResult('the result of the job', value ?? null, { bytesBefore: 0, holdsHere });
    return result.kind === 'refused' ? this.#fail(result.failure) : ledger.result(result.json);
  }

  /** What the library fails the run for; null: nothing. */
  #refusal(): ApplicationFailure | null {
    return this.#job.failure;
  }

  /** Steps out of order are what a cancellation leaves behind (W6). */
  #endsAsCancelled({ type }: ApplicationFailure): boolean {
    return this.#root.consideredCancelled && type === 'InvalidStepError';
  }

  /** What becomes of the run after its body threw (W4 to W6). */
  async #judge<Input>(thrown: unknown, input: Input): Promise<never> {
    const refusal = this.#refusal();
    if (refusal !== null && this.#endsAsCancelled(refusal))
      throw isCancellation(thrown) ? thrown : cancelled();
    if (refusal !== null) return this.#fail(refusal);
    if (!(thrown instanceof TemporalFailure)) {
      if (!isConfiguredFailure(thrown)) throw thrown;
      const { name: type, message } = thrown;
      return this.#fail(ApplicationFailure.create({ type, message, cause: thrown }));
    }
    if (this.#root.consideredCancelled) {
      if (isCancellation(thrown)) throw thrown;
      // Its worker was lost, or its item failed, while it was being cancelled: it is cancelled all the same.
      if (endedByCancelling(thrown)) throw new CancelledFailure('The run was cancelled', [], thrown);
      return this.#fail(failedBy(thrown));
    }

    const ledger = this.#ledger;
    const settings = this.#settings;
    const error = ledger.countError(identifyError(thrown));
    const verdict = judgeFailure(
      {
        nonRetryable: isNonRetryable(thrown),
        restartWanted: settings.restartOn(thrown),
        advanced: ledger.advanced,
        error,
        restarts: ledger.restarts,
        resumptions: ledger.resumptions,
      },
      settings,
    );
    if (verdict.kind === 'fail') return this.#fail(failedFor(verdict.why, thrown, error, settings));
    const { reason, waitMs } = verdict;
    // Whatever else the body started stops at its next checkpoint.
    void this.#interruption.request(reason);
    this.#events.continued(reason, {
      ...ledger.progress(),
      error: error.message,
      times: error.times,
      waitMs,
    });
    const restarting = reason === 'restart from scratch';
    if (restarting) await this.#clearStore();
    else ledger.resumeAfterError();
    const next = () => (restarting ? ledger.carryNothing() : ledger.carry(reason));
    return this.#goOn(input, next, { waitMs, ...queueOf(settings) });
  }

  /** Before the run starts over (J8 of `continuable-job.ts`). */
  async #clearStore(): Promise<void> {
    const { clearing } = this.#job;
    if (clearing === null || !holdsHere('leftoff-restart-clears-its-store')) return;
    try {
      await clearing();
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.warn('What the store keeps of this step was not cleared before starting over', { error });
    }
  }

  #goOn<Input>(
    input: Input,
    next: () => Continuation,
    how: { readonly waitMs?: number; readonly taskQueue?: string } = {},
  ): Promise<never> {
    const args = (): [Input, Continuation] => [input, next()];
    const giveUp = () => this.#unawaited();
    const { handlersWaitMs } = this.#settings;
    return continueAsNewWith<ContinuableWorkflow<Input>>(args, {
      ...{ pending: this.#pending, giveUp, handlersWaitMs, control: this.#control },
      ...how,
    });
  }

  /** A body that doesn't await its checkpoints would go on for ever: there is always an Activity of it under way (W3). */
  #unawaited(): ApplicationFailure | null {
    if (this.#checkpointsAfter < maximumCheckpointsAfter) return null;
    const problem = `the job came to ${this.#checkpointsAfter} checkpoints after it had been interrupted. Await set, advance, checkpoint, record and batches.`;
    return keepingContinuation(invalidStep(problem), this.#ledger.keep());
  }

  /**
   * Fails the run, when what is under way has ended: a retry would meet it otherwise. Work alongside that is no Activity has a
   * limit of time, for it may wait for what the job was to do. A cancelled run has cancelled all that.
   */
  async #fail(failure: ApplicationFailure): Promise<never> {
    this.#failing = true;
    const failed = () => keepingContinuation(failure, this.#ledger.keep());
    if (this.#root.consideredCancelled || (await this.#pending.isNone())) throw failed();
    if (!holdsHere('leftoff-failure-waits')) throw failed();
    let looks = 0;
    // A body that swallows everything goes from one Activity to the next, for ever.
    const giveUp = () => {
      looks += 1;
      return looks > maximumCheckpointsAfter ? failed() : null;
    };
    const { handlersWaitMs } = this.#settings;
    await this.#pending.ended({ giveUp, handlersWaitMs, mayBeLeft: 'handlers and work alongside' });
    throw failed();
  }

  #jobFor(ledger: RunLedger): ContinuableJob {
    const interruption = this.#interruption;
    const isFailing = () => this.#failing;
    const isCancelled = () => this.#root.consideredCancelled;
    return new ContinuableJob(ledger, {
      events: this.#events,
      maxResumptions: this.#settings.maxResumptions,
      holdsHere,
      refusalOf: (error, caught) => {
        const why = cameTooOften(error, this.#settings);
        return why !== null && holdsHere('leftoff-caught-errors-count')
          ? cameTooOftenFor(why, error, caught)
          : null;
      },
      failed: (failure) => {
        // A cancelled run is at its clean-up, which shall come to its end.
        if (!this.#endsAsCancelled(failure) && holdsHere('leftoff-refusal-ends-the-run'))
          interruption.giveUp();
      },
      get interrupted() {
        return interruption.reason !== null || isFailing();
      },
      get cancelled() {
        return isCancelled();
      },
      get cancelledHere() {
        return CancellationScope.current().consideredCancelled;
      },
      halt: () => interruption.halt(),
      interrupt: (reason) => interruption.request(reason),
      checkpoint: async () => {
        if (this.#failing) return interruption.halt();
        if (interruption.reason !== null) this.#checkpointsAfter += 1;
        else if (this.#control.mustHold) await this.#control.hold();
        const reason = interruption.reason ?? this.#reasonToStop();
        if (reason !== null) await interruption.request(reason);
      },
      changed: () => this.#tell(),
      control: this.#control,
      now: () => Date.now(),
      alongside: (work) => this.#pending.alongside(work),
    });
  }

  #tell(): void {
    setCurrentDetails(describeProgress(this.#ledger.progress(), this.#ledger.reason, this.#control.state));
  }

  #reasonToStop(): InterruptionReason | null {
    if (this.#ledger.meetPlanned()) return 'a test asked';
    const { advanced } = this.#ledger;
    const { historyLength: events, continueAsNewSuggested: suggested } = workflowInfo();
    const reason = reasonToStop(
      {
        ...{ advanced, events, suggested },
        cancelled: this.#root.consideredCancelled,
        elapsedMs: Date.now() - this.#startedAt,
      },
      this.#settings,
    );
    if (reason === null || advanced || holdsHere('leftoff-history-limit-without-progress')) return reason;
    return null;
  }
}

function cancelled(): CancelledFailure {
  return new CancelledFailure('The run was cancelled.');
}

function threw(error: unknown) {
  return { kind: 'threw', error } as const;
}

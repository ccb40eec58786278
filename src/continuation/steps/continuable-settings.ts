/** What a job in steps is told of its limits and waits, and what that comes to for one execution. Pure. */
import { production } from '../timing.js';
import { defaultFailureRules, type FailureRules } from './failure-rules.js';
import { defaultHandlersWaitMs } from './pending-work.js';

export interface ContinuableOptions<Input> extends Partial<FailureRules> {
  /** Events of history after which the run continues as new; default: the production profile's. */
  readonly historyLimit?: number | ((input: Input) => number);
  /**
   * Milliseconds after which an execution that has advanced continues as new; default: no limit. It bounds how long a
   * run stays on the Workflow code that its execution began with.
   */
  readonly timeLimitMs?: number;
  /**
   * Milliseconds that continue-as-new, and a run that fails, wait for message handlers that have not ended, when all else has;
   * a run that fails waits so long for what is under `alongside`, too, unless it is an Activity. Default: a minute. Then they are
   * left behind, with a warning: one that waits for the job itself would never end.
   */
  readonly handlersWaitMs?: number;
  /** The task queue on which the run goes on after an error, and stays; default: the one that it is on. */
  readonly resumeTaskQueue?: string;
}

export interface Settings extends FailureRules {
  readonly historyLimit: number;
  readonly timeLimitMs: number;
  readonly handlersWaitMs: number;
  readonly resumeTaskQueue?: string;
}

/** The settings of one execution. */
export function settingsOf<Input>(
  options: ContinuableOptions<Input> | ((input: Input) => ContinuableOptions<Input>),
  input: Input,
): Settings {
  const {
    historyLimit = production.historyLimit,
    timeLimitMs = Number.POSITIVE_INFINITY,
    handlersWaitMs = defaultHandlersWaitMs,
    ...others
  } = typeof options === 'function' ? options(input) : options;
  return {
    ...defaultFailureRules,
    ...others,
    historyLimit: typeof historyLimit === 'function' ? historyLimit(input) : historyLimit,
    timeLimitMs,
    handlersWaitMs,
  };
}

/** Where the run goes on after an error, for continue-as-new. */
export function queueOf({ resumeTaskQueue }: Settings) {
  return resumeTaskQueue === undefined ? {} : { taskQueue: resumeTaskQueue };
}

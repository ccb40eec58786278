/**
 * Work of a Workflow that a pause stops by cancelling it, and what then counts as stopped.
 *
 * S1  Its promise is handed on as it is: a wait more would change the order in which recorded histories replay.
 * S2  What is stopped may have something to do before; unpaused meanwhile it isn't stopped at all.
 * S3  An Activity that has been asked to cancel is never tried again: the server ends it with whatever its attempt failed with, an
 *     outage or a lost worker. That is the stop as well, and says nothing of the work.
 * S4  Each work has its own stop: one that fails by itself beside one that was stopped has failed.
 */
import { ActivityFailure, CancellationScope, isCancellation } from '@temporalio/workflow';

export interface StopRules {
  /** Whether it is to be stopped, asked when all is ready for that. */
  readonly shallStop: () => boolean;
  /** It wasn't to be stopped any more, and goes on. */
  readonly spared: () => void;
}

export class StoppableWork {
  readonly #rules: StopRules;
  readonly #stops = new Set<() => void>();
  readonly #endedByStop = new WeakSet<object>();

  constructor(rules: StopRules) {
    this.#rules = rules;
  }

  /** Stops what is under way. */
  stopAll(): void {
    for (const stop of this.#stops) stop();
  }

  /** Whether this is what work threw because it was stopped. */
  endedBy(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.#endedByStop.has(error);
  }

  /** Runs it. @param before what is to be done before it is stopped; whatever comes of that, it is stopped then */
  run<T>(work: () => Promise<T>, before: () => Promise<void> = async () => undefined): Promise<T> {
    const scope = new CancellationScope({ cancellable: true });
    const started = startIn(scope, work);
    let phase: 'under way' | 'being stopped' | 'stopped' | 'ended' = 'under way';
    const decide = (): void => {
      if (phase !== 'being stopped') return;
      if (this.#rules.shallStop()) {
        phase = 'stopped';
        scope.cancel();
      } else {
        phase = 'under way';
        this.#rules.spared();
      }
    };
    const stop = (): void => {
      if (phase !== 'under way') return;
      phase = 'being stopped';
      before().then(decide, decide);
    };
    this.#stops.add(stop);
    const ended = (error?: unknown): void => {
      if (phase === 'stopped' && endedByCancelling(error)) this.#endedByStop.add(error);
      phase = 'ended';
      this.#stops.delete(stop);
    };
    started.then(() => ended(), ended);
    return started;
  }
}

/** The work's own promise (S1), also where it throws before it has one. */
function startIn<T>(scope: CancellationScope, work: () => Promise<T>): Promise<T> {
  let started: Promise<T> | undefined;
  scope
    .run(() => {
      try {
        started = work();
      } catch (error) {
        started = Promise.reject(error);
      }
      return started;
    })
    .catch(() => undefined);
  if (started === undefined) throw new Error('A scope runs its function at once.');
  return started;
}

/** Whether this is what an Activity ends with because it was asked to cancel (S3), or a cancellation itself. */
export function endedByCancelling(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return (
    isCancellation(error) || (error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED')
  );
}

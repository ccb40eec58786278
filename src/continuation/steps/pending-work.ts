/**
 * What a run waits for before it continues as new or fails, so that nothing under way is lost.
 *
 * P1  All Activities that were scheduled and have not ended, local ones too, whoever scheduled them: their results go to
 *     this execution and no other, and one that was abandoned would do its work unseen.
 * P2  Message handlers that have not ended, but not for ever: one that waits for the job itself would never end, for the
 *     job stands at its checkpoint.
 * P3  Whatever else was put under `alongside`: a child Workflow's result, a Nexus operation, anything composed. A run that fails
 *     waits for it no longer than for handlers: it may wait for what the failed job was to do.
 *     So should be an Activity that the job awaits only after a checkpoint (rather than beside it, as in Promise.all): where it
 *     fails while the run is interrupted there, nobody comes to await it, and the SDK fails the Workflow Task for an
 *     unhandled rejection, again and again, until the code is mended.
 * P4  Not timers, and not children outside `alongside`: one that is to outlive the execution would hold it for ever.
 */
import { allHandlersFinished, condition, log } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import { holdsHere } from './later-rules.js';
import { activitiesUnderWay, othersHaveRun } from './under-way.js';

/** Long for a handler that works, short for a run that stands still. */
export const defaultHandlersWaitMs = 60_000;

export interface WaitForTheRest {
  /** Milliseconds that what may be left has after all else has ended. */
  readonly handlersWaitMs?: number;
  /** What may be left behind where it takes longer; default: message handlers. */
  readonly mayBeLeft?: 'handlers' | 'handlers and work alongside';
  /** Asked while it waits: what to throw instead, of a run that would never come to rest; null: nothing. */
  readonly giveUp?: () => Error | null;
}

export class PendingWork {
  #alongside = 0;

  /** Holds the run's end until this has ended, in whatever way. */
  alongside<R>(work: () => Promise<R>): Promise<R> {
    this.#alongside += 1;
    const ended = () => {
      this.#alongside -= 1;
    };
    const promise = (async () => work())();
    // Handles a rejection as well: a job that was interrupted meanwhile will never come to await it.
    promise.then(ended, ended);
    return promise;
  }

  /**
   * Resolves when nothing is under way any more, but what took too long and may be left.
   *
   * @throws what `giveUp` says; CancelledFailure where the run was cancelled
   */
  async ended({
    handlersWaitMs = defaultHandlersWaitMs,
    mayBeLeft = 'handlers',
    giveUp = () => null,
  }: WaitForTheRest = {}): Promise<void> {
    let rest: 'waited for' | 'given up' = 'waited for';
    let waitMs = handlersWaitMs;
    const worksOn = () => activitiesUnderWay() > 0 || (mayBeLeft === 'handlers' && this.#alongside > 0);
    const none = () => !worksOn() && (rest === 'given up' || this.#restEnded());
    const onlyRest = () => !worksOn() && !this.#restEnded();
    for (;;) {
      await condition(() => none() || giveUp() !== null || onlyRest());
      await othersHaveRun();
      const given = giveUp();
      if (given !== null) throw given;
      if (none()) return;
      if (!onlyRest()) continue;
      const sinceMs = Date.now();
      rest = await this.#waitForRest(worksOn, waitMs);
      // Work that looks again and again for what the failed job was to do is no new work each time.
      if (mayBeLeft !== 'handlers') waitMs = Math.max(1, waitMs - (Date.now() - sinceMs));
    }
  }

  /** Waits for what may be left, for a while, or until it started something that is waited for. */
  async #waitForRest(worksOn: () => boolean, waitMs: number): Promise<'waited for' | 'given up'> {
    const settled = () => worksOn() || this.#restEnded();
    if (!holdsHere('leftoff-handlers-wait-is-bounded')) {
      await condition(settled);
      return 'waited for';
    }
    if (await condition(settled, waitMs)) return 'waited for';
    const handlers = unfinishedHandlers();
    const left = [
      ...(handlers.length === 0 ? [] : [`message handlers: ${handlers.join(', ')}`]),
      ...(this.#alongside === 0 ? [] : [`work that the job had alongside: ${this.#alongside}`]),
    ];
    log.warn(
      `Not ended within ${waitMs} ms, and left behind: ${left.join('; ')}. What waits for the job never ends while the job stands at a checkpoint, or has failed`,
      { handlers, alongside: this.#alongside },
    );
    return 'given up';
  }

  /** Whether nothing is under way. Asked when all else that could run in this activation has run. */
  async isNone(): Promise<boolean> {
    await othersHaveRun();
    return activitiesUnderWay() === 0 && this.#restEnded();
  }

  #restEnded(): boolean {
    return this.#alongside === 0 && allHandlersFinished();
  }
}

/** As `activitiesUnderWay`: the SDK's own. */
function unfinishedHandlers(): string[] {
  const { inProgressSignals, inProgressUpdates } = getActivator();
  return [...inProgressSignals.values(), ...inProgressUpdates.values()].map(({ name }) => name);
}

/**
 * What a run waits for before it continues as new, so that nothing under way is lost.
 *
 * P1  All Activities that were scheduled and have not ended, local ones too, whoever scheduled them: their results go to
 *     this execution and no other, and one that was abandoned would do its work unseen.
 * P2  Message handlers that have not ended.
 * P3  Whatever else was put under `alongside`: a child Workflow's result, a Nexus operation, anything composed.
 *     So should be an Activity that the job awaits only after a checkpoint (rather than beside it, as in Promise.all): where it
 *     fails while the run is interrupted there, nobody comes to await it, and the SDK fails the Workflow Task for an
 *     unhandled rejection, again and again, until the code is mended.
 * P4  Not timers, and not children outside `alongside`: one that is to outlive the execution would hold it for ever.
 */
import { allHandlersFinished } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';

export class PendingWork {
  #alongside = 0;

  /** Holds continue-as-new until this has ended, in whatever way. */
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

  get none(): boolean {
    return this.#alongside === 0 && pendingActivities() === 0 && allHandlersFinished();
  }
}

/** The SDK keeps this count and has no public word for it. The import is checked by the compiler, so a release without it is seen. */
function pendingActivities(): number {
  return getActivator().completions.activity.size;
}

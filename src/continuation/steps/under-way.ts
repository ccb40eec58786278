/** What of a Workflow's own is under way right now, and whether it is about to start more. */
import { condition } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';

/** The SDK keeps these, and has no public word for them. The compiler checks the import, so a release without them is seen. */
export function activitiesUnderWay(): number {
  return getActivator().completions.activity.size;
}

/**
 * Resolves when all else that could run in this activation has run.
 *
 * A condition is looked at as soon as an Activity's result is in, before the code that awaits this result has gone on: that
 * may schedule the next Activity. One that is false at first is looked at again only after all microtasks.
 */
export async function othersHaveRun(): Promise<void> {
  let asked = false;
  await condition(() => {
    const before = asked;
    asked = true;
    return before;
  });
}

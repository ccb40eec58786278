/** Waits for the end of a demo's run, and ends the demo when the run fails. */
import { type Client, WorkflowFailedError } from '@temporalio/client';
import { describeFailure } from '../../continuation/inspection/index.js';
import { UserError } from '../../user-error.js';
import { callsEndedBy } from '../calls-ended-by.js';
import { translateError } from '../translate-error.js';

/** @returns once it has completed. @throws the signal's reason; `failing` is aborted where the run didn't complete */
export function watchRun(
  client: Client,
  runId: string,
  signal: AbortSignal,
  failing: AbortController,
): Promise<void> {
  const ended = callsEndedBy(signal, client, () => client.workflow.getHandle(runId).result()).then(
    () => undefined,
    (error: unknown) => {
      failing.abort(reasonOf(error, runId));
      throw signal.reason;
    },
  );
  // Awaited at the end of the story; until then `failing` tells.
  ended.catch(() => undefined);
  return ended;
}

function reasonOf(error: unknown, runId: string): unknown {
  if (!(error instanceof WorkflowFailedError)) return translateError(error);
  return new UserError(
    `The run ${runId} did not complete: ${describeFailure(error)}`,
    `npx leftoff status ${runId}`,
  );
}

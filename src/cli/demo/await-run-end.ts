/** Waits until a run of the demo is at its end; a Ctrl+C ends the wait. */
import type { Stage } from './stage.js';

/** @throws what the run failed with, or the signal's reason */
export async function awaitRunEnd(stage: Stage, runId: string): Promise<void> {
  await stage.client.withAbortSignal(stage.signal, () => stage.client.workflow.getHandle(runId).result());
}

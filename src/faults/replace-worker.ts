import type { FaultScene } from './fault.js';

/** A worker in the place of one that was struck, and since when it is there. */
export interface Replacement {
  readonly pid: number;
  readonly startedAtMs: number;
  readonly readyAtMs: number;
}

/** Starts another worker and waits until it is ready. Call it the moment the signal is sent: its boot overlaps the detection. */
export async function replaceWorker(
  scene: Pick<FaultScene, 'startWorker'>,
  variables: Readonly<Record<string, string>> = {},
): Promise<Replacement> {
  const startedAtMs = Date.now();
  const { pid, ready } = await scene.startWorker(variables);
  await ready;
  return { pid, startedAtMs, readyAtMs: Date.now() };
}

/** Loads what traces, where it is asked for: OpenTelemetry takes time to load, and a worker's start is what a recovery waits for. */
import type { Tracing } from './tracing/tracing.js';
import type { WorkerLog } from './worker-log.js';

export async function loadTracing(log: WorkerLog): Promise<Tracing> {
  // The build lets the bundle's loader do this (`sdk-in-one-file.ts`).
  const { startTracing } = await import('./tracing/tracing.js');
  return startTracing((message, facts) => log.warn(facts, message));
}

import type { ProgressListener } from './addresses.js';

/** Who waits for long work: hears of it, and may call it off. */
export interface Caller {
  readonly onProgress: ProgressListener;
  /** Once aborted, the work leaves nothing half done and rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** A caller that leaves something out hears nothing, and never calls off. */
export function asCaller({ onProgress, signal }: Partial<Caller>): Caller {
  return { onProgress: onProgress ?? (() => undefined), signal: signal ?? new AbortController().signal };
}

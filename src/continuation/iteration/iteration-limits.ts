/** Limits of a process for all its iterations, beside what each one says itself. @see job-iteration `JobIteration.max_job_runtime` */

export interface IterationLimits {
  /** Milliseconds after which an execution gives its place to others; an iteration's own limit counts where it is smaller. */
  readonly maxRuntimeMs?: number | undefined;
}

let limits: IterationLimits = {};

/** Sets the limits of this process; what a worker does once, before it runs. */
export function limitIterations(to: IterationLimits): void {
  limits = { ...to };
}

/** The smaller of the process' limit and the iteration's own; infinity where neither is set. */
export function runtimeLimitMs(own: number | undefined): number {
  return Math.min(own ?? Number.POSITIVE_INFINITY, limits.maxRuntimeMs ?? Number.POSITIVE_INFINITY);
}

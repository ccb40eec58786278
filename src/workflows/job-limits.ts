import type { ContinuableOptions } from '../continuation/steps/index.js';
import type { JobSettings } from './job-settings.js';

/** When a run in steps continues as new. */
export function limitsOf({ timing, maxRuntimeMs }: JobSettings): ContinuableOptions<JobSettings> {
  return {
    historyLimit: timing.historyLimit,
    ...(maxRuntimeMs === undefined ? {} : { timeLimitMs: maxRuntimeMs }),
  };
}

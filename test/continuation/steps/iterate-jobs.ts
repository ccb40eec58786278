/** Workflows around an enumerator Activity that has workers of its own. */
import { iterate } from '../../../src/continuation/steps/index.js';

const activity = () => ({ startToCloseTimeout: '30 seconds' as const, taskQueue: 'items-queue' });

/** Goes on once at the most after an interruption; after a wait as often as it has to. */
export const limited = iterate<object>('anIteration', { activity, maxResumptions: 1 });

export const unlimited = iterate<object>('anIteration', { activity });

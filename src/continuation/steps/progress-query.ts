import { defineQuery } from '@temporalio/workflow';
import type { RunProgress } from '../checkpoint.js';

/** Asks a run of either pattern how far it is. Needs a worker to answer; without one read the history (`inspection`). */
export const progressQuery = defineQuery<RunProgress>('progress');

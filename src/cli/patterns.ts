/** `<pattern>:<job>`: which Workflow a run is, and what its id starts with. */
import { z } from 'zod';
import { UserError } from '../user-error.js';

export const patternSchema = z.enum(['step', 'enumerator']);

export type Pattern = z.infer<typeof patternSchema>;

export interface JobInPattern {
  readonly pattern: Pattern;
  readonly job: string;
  readonly workflowType: string;
  /** Run ids are this and a number. */
  readonly idPrefix: string;
}

const processOrders: Record<Pattern, JobInPattern> = {
  step: {
    pattern: 'step',
    job: 'process-orders',
    workflowType: 'processOrdersInSteps',
    idPrefix: 'orders-step-',
  },
  enumerator: {
    pattern: 'enumerator',
    job: 'process-orders',
    workflowType: 'processOrdersByEnumerator',
    idPrefix: 'orders-enumerator-',
  },
};

const jobs: Record<string, Record<Pattern, JobInPattern>> = {
  'process-orders': processOrders,
  orders: processOrders,
};

/** @throws UserError (usage) that lists what there is */
export function parseJob(word: string): JobInPattern {
  const [patternWord = '', ...jobWords] = word.split(':');
  const jobWord = jobWords.join(':');
  const example = 'For example: npx leftoff run step:process-orders';
  const pattern = patternSchema.safeParse(patternWord);
  if (!pattern.success) {
    throw new UserError(
      `There is no pattern '${patternWord}'. There are step and enumerator.`,
      example,
      'usage',
    );
  }
  if (jobWord === '') throw new UserError(`Which job? '${word}' names a pattern only.`, example, 'usage');
  const job = Object.hasOwn(jobs, jobWord) ? jobs[jobWord] : undefined;
  if (job === undefined)
    throw new UserError(`There is no job '${jobWord}'. There is process-orders.`, example, 'usage');
  return job[pattern.data];
}

export function jobOf(pattern: Pattern): JobInPattern {
  return processOrders[pattern];
}

/**
 * The jobs there are, each in both patterns: `<pattern>:<job>` on the command line, and the words in which a job is told.
 *
 * A new job is a name in `jobNameSchema` and a line in `jobs`; its Workflows are exported by `src/workflows/index.ts` under the names
 * here, its Activities registered by `src/worker/start-worker.ts`. CONTRIBUTING.md has the rest.
 */
import { z } from 'zod';
import type { JsonValue } from '../continuation/cursor.js';
import { UserError } from '../user-error.js';

export const patternSchema = z.enum(['step', 'enumerator']);

export type Pattern = z.infer<typeof patternSchema>;

const jobNameSchema = z.enum(['process-orders', 'generate-reports', 'import-orders']);

export type JobName = z.infer<typeof jobNameSchema>;

export interface JobInPattern {
  readonly pattern: Pattern;
  readonly job: JobName;
  readonly workflowType: string;
  /** The Workflow that splits a run over children of `workflowType`; null: this job can't be split. */
  readonly partitionedType: string | null;
  /** Run ids are this and a number. */
  readonly idPrefix: string;
}

interface Job {
  /** As people may say it. */
  readonly alsoCalled: string;
  /** What is counted, one of them. */
  readonly item: string;
  /** A cursor in words: where the work resumes strictly after. */
  readonly place: (cursor: JsonValue) => string;
  /** Its Workflows are called this, and `InSteps`, `ByEnumerator`, and the same `Partitioned`. */
  readonly workflow: string;
  readonly canBePartitioned: boolean;
  readonly idPrefix: string;
}

/** What the cursor of a nested iteration is, as far as it is told. */
const nestedPlace = z.object({
  after: z.union([z.number(), z.string()]).nullable(),
  within: z.object({ parent: z.union([z.number(), z.string()]), inner: z.json() }).nullable(),
});

/** A CSV file's: it tells the line after the row that was done. */
const filePlace = z.object({ line: z.number() });

const jobs: Record<JobName, Job> = {
  'process-orders': {
    alsoCalled: 'orders',
    item: 'order',
    place: (cursor) => `order ${JSON.stringify(cursor)}`,
    workflow: 'processOrders',
    canBePartitioned: true,
    idPrefix: 'orders',
  },
  'generate-reports': {
    alsoCalled: 'reports',
    item: 'report',
    place: (cursor) => {
      const nested = nestedPlace.safeParse(cursor).data;
      if (nested?.within != null) return `customer ${nested.within.parent}, month ${nested.within.inner}`;
      return `customer ${JSON.stringify(nested?.after ?? cursor)}`;
    },
    workflow: 'generateReports',
    canBePartitioned: true,
    idPrefix: 'reports',
  },
  'import-orders': {
    alsoCalled: 'import',
    item: 'row',
    place: (cursor) => {
      const { data } = filePlace.safeParse(cursor);
      return data === undefined ? `place ${JSON.stringify(cursor)}` : `line ${data.line - 1}`;
    },
    workflow: 'importOrders',
    canBePartitioned: false,
    idPrefix: 'import',
  },
};

/** The traditional job, without checkpoint or guard: the negative control, which is no job of the table. */
export const naiveOrders = {
  pattern: 'naive',
  job: 'process-orders',
  workflowType: 'processOrdersNaively',
  partitionedType: null,
  idPrefix: 'orders-naive-',
} as const;

const styles = { step: 'InSteps', enumerator: 'ByEnumerator' } as const;

export function jobIn(pattern: Pattern, job: JobName = 'process-orders'): JobInPattern {
  const { workflow, idPrefix, canBePartitioned } = jobs[job];
  const workflowType = `${workflow}${styles[pattern]}`;
  return {
    pattern,
    job,
    workflowType,
    partitionedType: canBePartitioned ? `${workflowType}Partitioned` : null,
    idPrefix: `${idPrefix}-${pattern}-`,
  };
}

/** Whether a Workflow of this type is one of our jobs, in whichever pattern. */
export function isOurs(workflowType: string): boolean {
  return jobNameSchema.options.some((job) =>
    patternSchema.options.some((pattern) => {
      const { workflowType: own, partitionedType } = jobIn(pattern, job);
      return workflowType === own || workflowType === partitionedType;
    }),
  );
}

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
  const job = jobNameSchema.options.find((name) => name === jobWord || jobs[name].alsoCalled === jobWord);
  if (job === undefined) {
    const known = jobNameSchema.options.join(', ');
    throw new UserError(`There is no job '${jobWord}'. There are ${known}.`, example, 'usage');
  }
  return jobIn(pattern.data, job);
}

/** What a job's items are called; of a run that is not ours, items. */
export function itemOf(job: string): string {
  const name = jobNameSchema.safeParse(job);
  return name.success ? jobs[name.data].item : 'item';
}

/** A cursor of this job's in words: `order 23`, `customer 42, month 1997-03`, `line 1001`. */
export function describePlace(job: string, cursor: JsonValue): string {
  const name = jobNameSchema.safeParse(job);
  return name.success ? jobs[name.data].place(cursor) : JSON.stringify(cursor);
}

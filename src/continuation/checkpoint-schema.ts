/**
 * Checks checkpoints and outcomes where they come back in: from heartbeat details, Activity results and Workflow inputs.
 *
 * Never imported by code that runs in Workflows: what they get from history was checked when it was written.
 */
import { z } from 'zod';
import type {
  AttemptRecord,
  Batch,
  Checkpoint,
  Counts,
  IterationEnding,
  IterationOutcome,
  Resumption,
  RunResult,
} from './checkpoint.js';
import type { CadenceInForce } from './checkpoint-cadence.js';
import type { EncodedCursor, JsonValue } from './cursor.js';
import { isJson } from './plain-data.js';

/** Not z.json(), which drops a key `__proto__`: a cursor comes back as it was written, or not at all. */
export const jsonValueSchema: z.ZodType<JsonValue> = z.custom<JsonValue>(isJson, 'Invalid input: not JSON');

const cursorSchema: z.ZodType<EncodedCursor | null> = jsonValueSchema;

const count = z.int().nonnegative();

const countsSchema: z.ZodType<Counts> = z.object({
  processed: count,
  failed: count,
  revisited: count,
});

const resumptionSchema: z.ZodType<Resumption> = z.object({
  resumedAfter: jsonValueSchema,
  source: z.string(),
  attempt: z.int().positive(),
  revisited: count,
});

/** The fields of a RunTally, for the objects that carry one. */
export const tallyFields = {
  counts: countsSchema,
  total: count.nullable(),
  checkpoints: count,
  resumptions: z.array(resumptionSchema),
  resumptionCount: count,
};

const encodedCursor = jsonValueSchema.transform((json, context): EncodedCursor => {
  if (json !== null) return json;
  context.addIssue('null is no cursor');
  return z.NEVER;
});

const attemptRecord = { last: count, pending: z.boolean(), lost: count, unseen: count };

/** As a step's heartbeat has it. */
export const attemptRecordSchema: z.ZodType<AttemptRecord> = z.object(attemptRecord);

export const cadenceSchema: z.ZodType<CadenceInForce> = z.object({
  everyMs: z.number().nonnegative(),
  itemMs: z.number().nonnegative().nullable(),
  costsMs: z.array(z.number().nonnegative()),
});

/** The defaults are for checkpoints that releases before wrote. */
export const checkpointSchema: z.ZodType<Checkpoint> = z.object({
  ...tallyFields,
  cursor: cursorSchema,
  sequence: count,
  selection: jsonValueSchema,
  error: z
    .object({ message: z.string(), times: z.int().positive(), inARow: z.int().positive().optional() })
    .nullable(),
  started: z.boolean().default(true),
  selected: z.boolean().optional(),
  walked: count.optional(),
  attempts: z.object({ generation: count, ...attemptRecord }).optional(),
  timesInterrupted: count.default(0),
  workedMs: z.number().nonnegative().default(0),
  fencedBy: z.string().optional(),
  cadence: cadenceSchema.optional(),
  skipped: z.array(z.object({ cursor: encodedCursor, reason: z.string() })).default([]),
});

const reason = z.enum([
  'worker stopping',
  'cancelled',
  'history limit',
  'paused by the server',
  'time limit',
  'the job asked',
  'isolated step',
  'error after progress',
  'a test asked',
]);

export const batchSchema: z.ZodType<Batch> = z.object({
  type: z.literal('leftoff.batch'),
  kind: z.enum(['advanced', 'finished', 'interrupted']),
  reason: reason.nullable(),
  after: cursorSchema.optional(),
  resumed: z.object({ after: cursorSchema, source: z.string() }).optional(),
  cursor: cursorSchema,
  counts: countsSchema,
  total: count.nullable(),
  attempt: z.int().positive(),
  generation: z.int().nonnegative().optional(),
  workedMs: z.number().nonnegative().optional(),
  cadence: cadenceSchema.optional(),
  openedMs: z.number().nonnegative().optional(),
  waitMs: z.number().nonnegative().default(0),
  store: z.string().nullable().default(null),
  clearing: z.literal(true).optional(),
});

const ending: z.ZodType<IterationEnding> = z.enum([
  'exhausted',
  'finished early',
  'stopped early',
  'item limit',
]);

/**
 * What `workBatch` marks a batch's checkpoint with: the generation from which on no batch has reported, its start, and its own
 * generation, or that of the batch which took it up last; the latter is left out by releases before.
 */
export const batchMarkSchema = z.object({
  generation: z.int(),
  after: jsonValueSchema,
  batch: z.int().optional(),
});

const outcome = {
  type: z.literal('leftoff.iteration'),
  checkpoint: checkpointSchema,
  store: z.string().nullable().default(null),
};

export const iterationOutcomeSchema: z.ZodType<IterationOutcome> = z.discriminatedUnion('kind', [
  z.object({
    ...outcome,
    kind: z.literal('completed'),
    ending: ending.default('exhausted'),
    result: jsonValueSchema,
    looked: z.literal(true).optional(),
  }),
  z.object({ ...outcome, kind: z.literal('interrupted'), reason }),
  z.object({ ...outcome, kind: z.literal('throttled'), waitMs: z.number().nonnegative() }),
]);

export const runResultSchema: z.ZodType<RunResult> = z.object({
  ...tallyFields,
  cursor: jsonValueSchema,
  executions: z.int().positive(),
  result: jsonValueSchema,
  ending: ending.optional(),
});

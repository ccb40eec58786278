/**
 * Checks checkpoints and outcomes where they come back in: from heartbeat details, Activity results and Workflow inputs.
 *
 * Never imported by code that runs in Workflows: what they get from history was checked when it was written.
 */
import { z } from 'zod';
import type { Batch, Checkpoint, Counts, IterationOutcome, Resumption, RunResult } from './checkpoint.js';
import type { Cursor, JsonValue } from './cursor.js';

export const jsonValueSchema: z.ZodType<JsonValue> = z.json();

const cursorSchema: z.ZodType<Cursor | null> = z.json();

const count = z.int().nonnegative();

const countsSchema: z.ZodType<Counts> = z.object({
  processed: count,
  failed: count,
  revisited: count,
});

const resumptionSchema: z.ZodType<Resumption> = z.object({
  resumedAfter: jsonValueSchema,
  source: z.enum(['history', 'heartbeat', 'start']),
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

export const checkpointSchema: z.ZodType<Checkpoint> = z.object({
  ...tallyFields,
  cursor: cursorSchema,
  sequence: count,
  selection: jsonValueSchema,
  error: z.object({ message: z.string(), times: z.int().positive() }).nullable(),
});

const reason = z.enum(['worker stopping', 'cancelled', 'history limit', 'paused by the server']);

export const batchSchema: z.ZodType<Batch> = z.object({
  type: z.literal('leftoff.batch'),
  kind: z.enum(['advanced', 'finished', 'interrupted']),
  reason: reason.nullable(),
  cursor: cursorSchema,
  counts: countsSchema,
  total: count.nullable(),
  attempt: z.int().positive(),
});

export const iterationOutcomeSchema: z.ZodType<IterationOutcome> = z.union([
  z.object({
    type: z.literal('leftoff.iteration'),
    kind: z.literal('completed'),
    checkpoint: checkpointSchema,
    result: jsonValueSchema,
  }),
  z.object({
    type: z.literal('leftoff.iteration'),
    kind: z.literal('interrupted'),
    reason,
    checkpoint: checkpointSchema,
  }),
]);

export const runResultSchema: z.ZodType<RunResult> = z.object({
  ...tallyFields,
  cursor: jsonValueSchema,
  executions: z.int().positive(),
  result: jsonValueSchema,
});

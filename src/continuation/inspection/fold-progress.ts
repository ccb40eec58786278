/**
 * Folds an execution's progress events into its checkpoints and where the run stands. Pure.
 *
 * D1  A step's batch counts itself alone: its checkpoint is the sum up to there, from what continue-as-new carried.
 * D2  An enumerator's outcome carries the whole sum: it stands for itself.
 * D3  What did nothing new is no checkpoint.
 * D4  An enumerator that failed for good has its last checkpoint in the failure: the heartbeat's went with the Activity. So
 *     does a run in steps, with the cursors that its Workflow set by itself. What a child failed with is that child's own.
 * D5  A partitioned run that failed is as far as its done partitions are, and has no cursor.
 * D6  What clears a store, or only looks, is no work, and changes nothing.
 * D7  Paused is what has nothing under way any more, by the same reducer as in the Workflow (`run-control.ts`).
 */
import { ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import { z } from 'zod';
import { applyBatch } from '../apply-batch.js';
import type { Checkpoint, RunResult } from '../checkpoint.js';
import { emptyTally, tallyOf } from '../checkpoint.js';
import type { CadenceInForce } from '../checkpoint-cadence.js';
import {
  batchSchema,
  cadenceSchema,
  checkpointSchema,
  iterationOutcomeSchema,
  jsonValueSchema,
  runResultSchema,
  tallyFields,
} from '../checkpoint-schema.js';
import { type Control, nextState, takeRequest, uncontrolled } from '../run-control.js';
import type { SelectionTold } from '../selection.js';
import { tallyOfDone } from '../steps/partition-results.js';
import type { ProgressEvent } from './execution-history.js';
import type { CheckpointSource, RecordedCheckpoint } from './run-state.js';

/** Where a run stands after the events so far. */
export interface Standing extends RunResult {
  /** The last batch was interrupted: the next one is a resumption. */
  readonly interrupted: boolean;
  /** Orders checkpoints by age, for those that come from outside history. */
  readonly sequence: number;
  /** The newest generation of a step's batches that history has the end of; null: unknown, as releases before wrote it. */
  readonly generation: number | null;
  /** What stores tell this run apart by; null before its start was read. */
  readonly chain: string | null;
  /** The newest checkpoint in history; whoever wants all of them keeps each new one. */
  readonly latest: RecordedCheckpoint | null;
  /** What the run failed with; null unless it did. */
  readonly failure: Error | null;
  /** What operators asked of this execution; it is not carried over, for a paused one doesn't continue as new. */
  readonly control: Control;
  /** The cadence in force, where checkpoints go by time; null: they don't, or none says so yet. */
  readonly cadence: CadenceInForce | null;
  /** The Workflow Ids of its children, in the order of their starts. */
  readonly children: readonly string[];
  /** Whether the Workflow has taken in what came last. */
  readonly answered: boolean;
  /** Activities that have not ended, by the event that scheduled them. */
  readonly underWay: readonly ActivityUnderWay[];
}

interface ActivityUnderWay {
  readonly scheduled: number;
  readonly cancelling: boolean;
}

export const nothingYet: Standing = {
  ...emptyTally,
  cursor: null,
  executions: 1,
  interrupted: false,
  sequence: 0,
  generation: 0,
  chain: null,
  latest: null,
  result: null,
  failure: null,
  control: uncontrolled,
  cadence: null,
  children: [],
  answered: false,
  underWay: [],
};

const carriedStepsSchema = z.object({
  type: z.literal('leftoff.continuation'),
  current: z
    .object({
      interrupted: z.boolean(),
      batchesSince: z.int().optional(),
      cadence: cadenceSchema.optional(),
    })
    .nullable(),
  lastCursor: jsonValueSchema,
  ...tallyFields,
  executions: z.int(),
  generation: z.int().optional(),
  chain: z.string().nullish(),
});

const carriedIterationSchema = z.object({
  type: z.literal('leftoff.carried-iteration'),
  checkpoint: checkpointSchema.nullable(),
  executions: z.int(),
  chain: z.string().optional(),
});

const carriedPartitionsSchema = z.object({
  type: z.literal('leftoff.carried-partitions'),
  done: z.array(z.intersection(runResultSchema, z.object({ workflowId: z.string() })).nullable()),
});

/** What a partition begins with. */
const carriedChainSchema = z.object({ type: z.literal('leftoff.chain'), chain: z.string() });

/** What an Activity tells of the run's selection. Other results are the domain's own, whatever they are made of. */
const selectionSchema: z.ZodType<SelectionTold> = z.object({
  type: z.literal('leftoff.selection'),
  total: z.int().nonnegative(),
});

export function foldProgress(standing: Standing, event: ProgressEvent, runId: string): Standing {
  switch (event.kind) {
    case 'started':
      return foldStart(standing, event, runId);
    case 'child started':
      return { ...standing, children: [...new Set([...standing.children, event.workflowId])] };
    case 'activity scheduled':
      return {
        ...standing,
        underWay: [...standing.underWay, { scheduled: event.eventId, cancelling: false }],
      };
    case 'activity cancelling':
      return {
        ...standing,
        underWay: standing.underWay.map((activity) =>
          activity.scheduled === event.scheduled ? { ...activity, cancelling: true } : activity,
        ),
      };
    case 'activity completed':
      return foldActivity(without(standing, event), event, runId);
    case 'activity gone':
      return without(standing, event);
    case 'asked': {
      const control = takeRequest(controlOf(standing), event.request, event.message);
      return { ...standing, control, answered: event.answered };
    }
    case 'answered':
      return { ...standing, answered: true };
    case 'completed': {
      const result = runResultSchema.safeParse(event.result);
      return result.success
        ? { ...standing, ...result.data }
        : { ...standing, result: jsonValueSchema.safeParse(event.result).data ?? null };
    }
    case 'failed':
      return foldFailure({ ...standing, failure: event.error }, event, runId);
  }
}

function without(standing: Standing, { scheduled }: { readonly scheduled: number }): Standing {
  const underWay = standing.underWay.filter((activity) => activity.scheduled !== scheduled);
  return { ...standing, underWay, answered: false };
}

/**
 * What operators asked, and whether it is so (D7). To be asked where history ends, or the next request comes. Not before the Workflow has
 * answered to what came last: between an Activity's end and the next one's beginning nothing is under way either.
 */
export function controlOf({ control, underWay, answered }: Standing): Control {
  if (!answered) return control;
  const isUnpausing = control.state === 'unpausing';
  const atWork = isUnpausing ? underWay.some(({ cancelling }) => cancelling) : underWay.length > 0;
  return atWork ? control : { ...control, state: nextState(control.state, 'stopped') };
}

function foldFailure(standing: Standing, event: ProgressEvent & { kind: 'failed' }, runId: string): Standing {
  const steps = keptIn(event.error, carriedStepsSchema);
  if (steps !== null) {
    // What a step set by itself since the execution began is nowhere else.
    const generation = reportedBefore(steps);
    const next = { ...standing, ...tallyOf(steps), cursor: steps.lastCursor, generation };
    return next.checkpoints > standing.checkpoints ? record(next, 'history', event, runId) : next;
  }
  const partitions = keptIn(event.error, carriedPartitionsSchema);
  if (partitions !== null) return { ...standing, ...tallyOfDone(partitions.done) };
  const kept =
    keptIn(event.error, carriedIterationSchema)?.checkpoint ?? keptIn(event.error, checkpointSchema);
  if (kept === null || kept.sequence < standing.sequence) return standing;
  const next = take(standing, kept);
  return kept.sequence === standing.sequence ? next : record(next, 'history', event, runId);
}

/** The newest generation that reported: of those from `batchesSince` on, none has. */
function reportedBefore({ current, generation }: z.infer<typeof carriedStepsSchema>): number | null {
  if (current?.batchesSince !== undefined) return current.batchesSince - 1;
  return generation ?? null;
}

/** The progress in the details of a failure, or of what caused it; not that of a child, which is another run. */
function keptIn<T>(error: unknown, schema: z.ZodType<T>): T | null {
  if (!(error instanceof Error) || error instanceof ChildWorkflowFailure) return null;
  const details = error instanceof ApplicationFailure ? (error.details ?? []) : [];
  for (const detail of details) {
    const kept = schema.safeParse(detail);
    if (kept.success) return kept.data;
  }
  return keptIn(error.cause, schema);
}

function foldStart(before: Standing, event: ProgressEvent & { kind: 'started' }, runId: string): Standing {
  const standing = { ...before, control: uncontrolled, underWay: [], answered: false };
  const carried = event.args[1];
  const source = event.continuedFrom === null && event.retryOf !== null ? 'retry' : 'continue-as-new';
  const steps = carriedStepsSchema.safeParse(carried);
  if (steps.success) {
    const { current, lastCursor: cursor, executions } = steps.data;
    const interrupted = current?.interrupted ?? false;
    const generation = reportedBefore(steps.data);
    const chain = steps.data.chain ?? event.chain;
    const next = {
      ...{ ...standing, ...tallyOf(steps.data), cursor, executions, interrupted, generation, chain },
      cadence: current?.cadence ?? null,
    };
    return record(next, source, event, runId);
  }
  const partitions = carriedPartitionsSchema.safeParse(carried);
  if (partitions.success) {
    // Started again: those that were done before aren't started again.
    const children = partitions.data.done.flatMap((done) => done?.workflowId ?? []);
    return { ...standing, children: [...new Set([...standing.children, ...children])], chain: event.chain };
  }
  const iteration = carriedIterationSchema.safeParse(carried);
  if (!iteration.success) {
    const begun = carriedChainSchema.safeParse(carried);
    return { ...standing, chain: begun.data?.chain ?? event.chain };
  }
  const { checkpoint, executions, chain } = iteration.data;
  const begun = { ...standing, executions, chain: chain ?? event.chain };
  if (checkpoint === null) return begun;
  return record(take(begun, checkpoint), source, event, runId);
}

function foldActivity(
  standing: Standing,
  event: ProgressEvent & { kind: 'activity completed' },
  runId: string,
): Standing {
  const outcome = iterationOutcomeSchema.safeParse(event.result);
  if (outcome.success) {
    const { kind, checkpoint } = outcome.data;
    if (kind === 'completed' && outcome.data.looked) return standing;
    const next = take(standing, checkpoint);
    if (kind === 'interrupted') return record(next, 'interruption', event, runId);
    // What clears a store reports the end again (D3).
    const isNew = standing.latest === null || checkpoint.sequence > standing.sequence;
    return isNew ? record(next, 'history', event, runId) : next;
  }
  const parsed = batchSchema.safeParse(event.result);
  if (!parsed.success) {
    const selection = selectionSchema.safeParse(event.result);
    return selection.success && standing.total === null
      ? { ...standing, total: selection.data.total }
      : standing;
  }
  // The run itself doesn't record it, and the batch before it may have been interrupted: it would count as a resumption.
  if (parsed.data.clearing) return standing;
  const applied = applyBatch(standing, parsed.data);
  const { checkpoint } = applied;
  const { generation = null, cadence = standing.cadence } = parsed.data;
  const next = { ...applied.standing, generation, cadence };
  if (!checkpoint) return next;
  return record(next, next.interrupted ? 'interruption' : 'history', event, runId);
}

/** A checkpoint of the enumerator pattern stands for itself (D2). */
export function take(standing: Standing, checkpoint: Checkpoint): Standing {
  const { cursor, sequence, total, cadence = standing.cadence } = checkpoint;
  return { ...standing, ...tallyOf(checkpoint), cursor, sequence, total: total ?? standing.total, cadence };
}

function record(standing: Standing, source: CheckpointSource, event: ProgressEvent, runId: string): Standing {
  const { cursor, counts, total } = standing;
  const checkpoint: RecordedCheckpoint = {
    source,
    cursor,
    counts,
    total,
    at: event.at,
    runId,
    eventId: event.eventId,
  };
  return { ...standing, latest: checkpoint };
}

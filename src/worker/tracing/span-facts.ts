/**
 * What a span of the library's work says, read from what goes into an Activity and what comes out. Pure.
 *
 * F1  Keys are stable: docs/operations.md lists them. Cursors are JSON, as checkpoints carry them.
 * F2  What is none of the library's has no facts: any other Activity's span is as OpenTelemetry's interceptor made it.
 */
import type { Attributes } from '@opentelemetry/api';
import { z } from 'zod';
import type { Counts } from '../../continuation/checkpoint.js';
import {
  batchSchema,
  checkpointSchema,
  iterationOutcomeSchema,
} from '../../continuation/checkpoint-schema.js';

type Place = { readonly cursor: unknown; readonly counts: Counts };

const batchInput = z.object({
  from: z.object({ step: z.string(), cursor: z.unknown(), generation: z.number() }),
});
const iterationInput = z.object({
  chain: z.string(),
  generation: z.number(),
  from: checkpointSchema.nullable(),
});

/** Where an Activity begins, as far as its Workflow and its heartbeat know; a store may know better. */
export function factsAtStart(
  input: unknown,
  { activityType, heartbeatDetails }: { readonly activityType: string; readonly heartbeatDetails: unknown },
): Attributes {
  const batch = batchInput.safeParse(input).data;
  if (batch !== undefined)
    return {
      'leftoff.pattern': 'step',
      'leftoff.step': batch.from.step,
      'leftoff.cursor.start': json(batch.from.cursor),
    };
  const iteration = iterationInput.safeParse(input).data;
  if (iteration === undefined) return {};
  const sent = checkpointSchema.safeParse(heartbeatDetails).data;
  const { from } = iteration;
  const newest = sent !== undefined && sent.sequence > (from?.sequence ?? -1) ? sent : from;
  return {
    'leftoff.pattern': 'enumerator',
    'leftoff.iteration': activityType,
    'leftoff.cursor.start': json(newest?.cursor),
  };
}

export interface FactsAtEnd {
  readonly attributes: Attributes;
  /** Why it was interrupted; null: it wasn't. */
  readonly interruption: string | null;
}

/** How an Activity ended that returned. */
export function factsAtEnd(result: unknown): FactsAtEnd {
  const batch = batchSchema.safeParse(result).data;
  if (batch !== undefined) return ended(batch.kind, batch, batch.reason, batch.waitMs ?? 0);
  const outcome = iterationOutcomeSchema.safeParse(result).data;
  if (outcome === undefined) return { attributes: {}, interruption: null };
  const reason = outcome.kind === 'interrupted' ? outcome.reason : null;
  return ended(outcome.kind, outcome.checkpoint, reason, outcome.kind === 'throttled' ? outcome.waitMs : 0);
}

/** How far an Activity was that threw, where its failure says so. */
export function factsOfFailure(error: unknown): Attributes {
  const details: unknown =
    typeof error === 'object' && error !== null && 'details' in error ? error.details : null;
  const place = Array.isArray(details) ? checkpointSchema.safeParse(details.at(-1)).data : undefined;
  return place === undefined ? {} : placeOf(place);
}

function ended(kind: string, place: Place, reason: string | null, waitMs: number): FactsAtEnd {
  const throttled = waitMs > 0 ? { 'leftoff.wait_ms': waitMs } : {};
  const interruption = reason ?? (waitMs > 0 ? 'throttled' : null);
  return { attributes: { 'leftoff.end': kind, ...placeOf(place), ...throttled }, interruption };
}

function placeOf({ cursor, counts }: Place): Attributes {
  return {
    'leftoff.cursor.end': json(cursor),
    'leftoff.processed': counts.processed,
    'leftoff.failed': counts.failed,
    'leftoff.revisited': counts.revisited,
  };
}

function json(cursor: unknown): string {
  return JSON.stringify(cursor ?? null);
}

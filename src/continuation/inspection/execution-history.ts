/**
 * Reads one execution's history, page by page, down to the few events that tell where a run is.
 *
 * X1  Events are decoded through the client's own data converter, codecs included.
 * X2  What isn't ours is passed over: a job's other Activities don't disturb.
 */
import type { Client } from '@temporalio/client';
import {
  decodeArrayFromPayloads,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { temporal } from '@temporalio/proto';
import { z } from 'zod';
import { continuesMemo } from '../retry-link.js';
import { type ControlMessage, type ControlRequest, controlNames } from '../run-control.js';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** An event that carries progress, decoded. */
export type ProgressEvent =
  | {
      readonly kind: 'started';
      readonly eventId: number;
      readonly at: Date;
      readonly args: readonly unknown[];
      /** The execution before it in the continue-as-new chain; null for the first one. */
      readonly continuedFrom: string | null;
      /** The failed execution that it was started again from; null: none. */
      readonly retryOf: string | null;
      /** The execution that the chain began with, also over a reset: what stores tell runs under one Workflow Id apart by. */
      readonly chain: string | null;
    }
  | {
      readonly kind: 'child started';
      readonly eventId: number;
      readonly at: Date;
      readonly workflowId: string;
    }
  | { readonly kind: 'activity scheduled'; readonly eventId: number; readonly at: Date }
  | {
      readonly kind: 'activity completed';
      readonly eventId: number;
      readonly at: Date;
      /** The event that scheduled it. */
      readonly scheduled: number;
      readonly result: unknown;
    }
  /** Asked to stop, or ended without a result. */
  | {
      readonly kind: 'activity cancelling' | 'activity gone';
      readonly eventId: number;
      readonly at: Date;
      readonly scheduled: number;
    }
  | {
      readonly kind: 'asked';
      readonly eventId: number;
      readonly at: Date;
      readonly request: ControlRequest;
      readonly message: ControlMessage;
      /** Its Workflow has it already, as with an Update; what came by Signal it has with its next answer. */
      readonly answered: boolean;
    }
  /** The Workflow has taken in all that was there. */
  | { readonly kind: 'answered'; readonly eventId: number; readonly at: Date }
  | { readonly kind: 'completed'; readonly eventId: number; readonly at: Date; readonly result: unknown }
  | { readonly kind: 'failed'; readonly eventId: number; readonly at: Date; readonly error: Error | null };

/** Yields the events that carry progress, oldest first. @throws the client's ServiceError where the server refuses */
export async function* readProgressEvents(
  client: Client,
  workflowId: string,
  runId: string,
): AsyncGenerator<ProgressEvent> {
  let nextPageToken: Uint8Array | null | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1_000,
      nextPageToken: nextPageToken ?? null,
    });
    for (const event of page.history?.events ?? []) {
      const decoded = await decode(client, event);
      if (decoded !== null) yield decoded;
    }
    nextPageToken = page.nextPageToken;
  } while (nextPageToken && nextPageToken.length > 0);
}

async function decode(client: Client, event: HistoryEvent): Promise<ProgressEvent | null> {
  const converter = client.options.loadedDataConverter;
  const eventId = Number(event.eventId ?? 0);
  const at = dateOf(event.eventTime) ?? new Date(0);
  const started = event.workflowExecutionStartedEventAttributes;
  if (started) {
    const args = await decodeArrayFromPayloads(converter, started.input?.payloads);
    const { continuedExecutionRunId, originalExecutionRunId } = started;
    const continuedFrom = continuedExecutionRunId || null;
    const link = started.memo?.fields?.[continuesMemo];
    const [retryOf] = link ? await decodeArrayFromPayloads(converter, [link]) : [];
    return {
      ...{ kind: 'started', eventId, at, args, continuedFrom, chain: originalExecutionRunId || null },
      retryOf: typeof retryOf === 'string' ? retryOf : null,
    };
  }
  const activity = event.activityTaskCompletedEventAttributes;
  if (activity) {
    const [result] = await decodeArrayFromPayloads(converter, activity.result?.payloads);
    return { kind: 'activity completed', eventId, at, scheduled: Number(activity.scheduledEventId), result };
  }
  if (event.activityTaskScheduledEventAttributes) return { kind: 'activity scheduled', eventId, at };
  const cancelling = event.activityTaskCancelRequestedEventAttributes;
  if (cancelling)
    return { kind: 'activity cancelling', eventId, at, scheduled: Number(cancelling.scheduledEventId) };
  const gone =
    event.activityTaskCanceledEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes;
  if (gone) return { kind: 'activity gone', eventId, at, scheduled: Number(gone.scheduledEventId) };
  if (event.workflowTaskCompletedEventAttributes) return { kind: 'answered', eventId, at };
  const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
  if (child) return { kind: 'child started', eventId, at, workflowId: child.workflowId ?? '' };
  const asked = await askedIn(client, event);
  if (asked !== null) return { kind: 'asked', eventId, at, ...asked };
  const completed = event.workflowExecutionCompletedEventAttributes;
  if (completed) {
    const [result] = await decodeArrayFromPayloads(converter, completed.result?.payloads);
    return { kind: 'completed', eventId, at, result };
  }
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed)
    return {
      kind: 'failed',
      eventId,
      at,
      error: (await decodeOptionalFailureToOptionalError(converter, failed.failure)) ?? null,
    };
  return null;
}

type Asked = Pick<Extract<ProgressEvent, { kind: 'asked' }>, 'request' | 'message' | 'answered'>;

const messageSchema: z.ZodType<ControlMessage> = z.object({ requestId: z.string() });

/** What an operator asked of the run with this event, by Update or by Signal, or of the server; null: nothing. */
async function askedIn(client: Client, event: HistoryEvent): Promise<Asked | null> {
  if (event.workflowExecutionCancelRequestedEventAttributes)
    return { request: 'cancel', message: { requestId: 'cancel' }, answered: false };
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
  const signal = event.workflowExecutionSignaledEventAttributes;
  const name = update?.name ?? signal?.signalName;
  const request = name === controlNames.pause ? 'pause' : name === controlNames.unpause ? 'unpause' : null;
  if (request === null) return null;
  const payloads = (update?.args ?? signal?.input)?.payloads;
  const [message] = await decodeArrayFromPayloads(client.options.loadedDataConverter, payloads);
  // By whoever sent it without one: then it is a request of its own.
  const read = messageSchema.safeParse(message).data ?? { requestId: String(event.eventId) };
  return { request, message: read, answered: update != null };
}

/** A protobuf timestamp as a Date; null where it is absent. */
export function dateOf(
  timestamp: { seconds?: unknown; nanos?: number | null } | null | undefined,
): Date | null {
  if (!timestamp) return null;
  return new Date(Number(timestamp.seconds ?? 0) * 1_000 + Math.floor((timestamp.nanos ?? 0) / 1_000_000));
}

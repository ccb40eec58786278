/**
 * A Workflow's span as it comes out of the sandbox, made one of the process' own. Pure.
 *
 * The sandbox has an earlier OpenTelemetry than the exporter: the parent and the instrumentation have other names there.
 */
import { createTraceState } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { OpenTelemetrySinks } from '@temporalio/interceptors-opentelemetry';
import type { WorkflowInfo } from '@temporalio/workflow';

type SandboxSpan = Parameters<OpenTelemetrySinks['exporter']['export']>[0][number];

type About = Pick<WorkflowInfo, 'workflowId' | 'runId' | 'workflowType' | 'taskQueue'>;

export function readWorkflowSpan(
  { spanContext, parentSpanId, instrumentationLibrary, ...span }: SandboxSpan,
  { workflowId, runId, workflowType, taskQueue }: About,
  resource: Resource,
): ReadableSpan {
  const { traceState, ...rest } = spanContext;
  const context = traceState === undefined ? rest : { ...rest, traceState: createTraceState(traceState) };
  const { traceId, traceFlags } = rest;
  return {
    ...span,
    attributes: {
      ...span.attributes,
      temporalWorkflowId: workflowId,
      run_id: runId,
      'temporal.workflow_type': workflowType,
      'temporal.task_queue': taskQueue,
    },
    spanContext: () => context,
    ...(parentSpanId === undefined
      ? {}
      : { parentSpanContext: { traceId, traceFlags, spanId: parentSpanId } }),
    instrumentationScope: instrumentationLibrary,
    resource,
  };
}

/**
 * A Client interceptor that gives a run the profile's Workflow Task timeout, where its own options have none: a Task that
 * was already handed to a worker which is then killed waits that long, ten seconds unless told otherwise.
 */
import type { CompiledWorkflowOptions, WorkflowClientInterceptor } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

/** @see https://docs.temporal.io/encyclopedia/detecting-workflow-failures#workflow-task-timeout */
export const serverTaskTimeoutMs = 10_000;

export function shortenTaskTimeout(timeoutMs: number): WorkflowClientInterceptor {
  const timed = <Input extends { readonly options: CompiledWorkflowOptions }>(input: Input): Input => ({
    ...input,
    options: {
      ...input.options,
      workflowTaskTimeout: input.options.workflowTaskTimeout ?? msToTs(timeoutMs),
    },
  });
  return {
    start: (input, next) => next(timed(input)),
    signalWithStart: (input, next) => next(timed(input)),
  };
}

/** What the jobs of the enumerator pattern have in common: all of it but their Activities. */
import { workflowInfo } from '@temporalio/workflow';
import { activityDefaults, type IterateWorkflow, iterate } from '../continuation/steps/index.js';
import type { JobSettings } from './job-settings.js';

/** A job's input, and the run that its work counts as: the Workflow, or what a partition is a part of. */
export function withRunId<Input extends JobSettings>(input: Input): Input & { readonly runId: string } {
  return { ...input, runId: input.runId ?? workflowInfo().workflowId };
}

/**
 * The Workflow around a job's enumerator Activity, by that one's name: the cursor lives in its heartbeat, and in a store where the run
 * has one.
 */
export function byEnumerator<Input extends JobSettings>(activity: string): IterateWorkflow<Input> {
  const walk = iterate<Input & { readonly runId: string }>(activity, {
    activity: ({ timing }) => activityDefaults(timing),
    historyLimit: ({ timing }) => timing.historyLimit,
  });
  return (input, carried) => walk(withRunId(input), carried);
}

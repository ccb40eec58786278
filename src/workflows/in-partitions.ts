/**
 * A job split over child Workflows, each with a range of its own.
 *
 * P1  What a child does counts as the run's: one run id in the tables, and one summary at the end.
 * P2  The run's rate is shared by its children.
 */
import { workflowInfo } from '@temporalio/workflow';
import type { JsonValue } from '../continuation/iteration/index.js';
import { continuesMemo } from '../continuation/retry-link.js';
import { type PartitionedWorkflow, partitioned } from '../continuation/steps/index.js';
import type { JobSettings, SplitJobSettings } from './job-settings.js';

/** A run as a whole. */
type WholeRun = SplitJobSettings & { readonly runId: string };

export interface JobToSplit<Range> {
  /** The Workflow that works off one range, by its name. */
  readonly child: string;
  /** Cuts the work, by an Activity. */
  readonly divide: (run: WholeRun) => Promise<readonly Range[]>;
  /** What the run ends with, when all parts are done. */
  readonly summarise: (run: WholeRun) => Promise<{ readonly [key: string]: JsonValue }>;
}

export function inPartitions<Range>({
  child,
  divide,
  summarise,
}: JobToSplit<Range>): PartitionedWorkflow<SplitJobSettings, Range> {
  const split = partitioned<SplitJobSettings, Range, JobSettings & { readonly range: Range }>({
    ranges: (input) => divide(wholeOf(input)),
    child,
    input: (input, range) => {
      const { partitions, maxRate, ...settings } = wholeOf(input);
      const rate = maxRate === undefined ? {} : { maxRate: maxRate / partitions };
      return { ...settings, ...rate, range };
    },
    childOptions: ({ timing }) => ({
      memo: memoOfPart(),
      workflowTaskTimeout: timing.workflowTaskTimeoutMs,
    }),
  });
  return async (input, carried) => {
    const done = await split(input, carried);
    return { ...done, result: { ...(await summarise(wholeOf(input))) } };
  };
}

/** The run's, but for what it was started again from: that is no execution of the part's. */
function memoOfPart() {
  const { [continuesMemo]: _, ...memo } = workflowInfo().memo ?? {};
  return memo;
}

function wholeOf(input: SplitJobSettings): WholeRun {
  return { ...input, runId: workflowInfo().workflowId };
}

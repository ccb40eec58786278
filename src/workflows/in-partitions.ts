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

export interface JobToSplit<Range, Part extends JobSettings> {
  /** The Workflow that works off one range, by its name. */
  readonly child: string;
  /** Cuts the work, by an Activity. */
  readonly divide: (run: WholeRun) => Promise<readonly Range[]>;
  /** The part of one range, out of the settings that all parts have. */
  readonly part: (settings: JobSettings & { readonly runId: string }, range: Range) => Part;
  /** What the run ends with, when all parts are done. */
  readonly summarise: (run: WholeRun) => Promise<{ readonly [key: string]: JsonValue }>;
}

export function inPartitions<Range, Part extends JobSettings>({
  child,
  divide,
  part,
  summarise,
}: JobToSplit<Range, Part>): PartitionedWorkflow<SplitJobSettings, Range> {
  const split = partitioned<SplitJobSettings, Range, Part>({
    ranges: (input) => divide(wholeOf(input)),
    child,
    input: (input, range) => {
      const { partitions, maxRate, ...settings } = wholeOf(input);
      const rate = maxRate === undefined ? {} : { maxRate: maxRate / partitions };
      return part({ ...settings, ...rate }, range);
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

/** Jobs in partitions: key ranges from an Activity, a child Workflow for each. */
import { condition, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { batchOf, continuable, partitioned, type Step } from '../../../src/continuation/steps/index.js';
import type { StageActivities } from './steps-stage.js';

const { visit } = proxyActivities<StageActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { maximumAttempts: 1 },
});

export type Range = { readonly from: number; readonly to: number };

export interface Divided {
  /** The ranges that today's code would divide the work into. */
  readonly ranges: readonly Range[];
}

/** Visits each number of its range; continues as new after each. */
export const walkRange = continuable<Range>(
  async (job, { from, to }) => {
    job.expect(to - from + 1);
    await job.step('walk', { start: from - 1 }, async (step) => {
      while (step.cursor < to) {
        await visit(`${step.cursor + 1}`);
        job.count({ processed: 1, failed: 0, revisited: 0 });
        await step.advance();
      }
    });
    return `${from} to ${to}`;
  },
  { historyLimit: 1 },
);

const divide = async (input: Divided): Promise<readonly Range[]> => {
  await visit(`divide into ${input.ranges.length}`);
  return input.ranges;
};

export const walkRanges = partitioned<Divided, Range, Range>({
  ranges: divide,
  child: 'walkRange',
  input: (_, range) => range,
});

/** Waits for ever. */
export const waitForEver = continuable<Range>(async (job) => {
  await job.step('wait', async (step: Step<number>) => {
    await visit('waiting');
    await step.set(1);
    await condition(() => false);
  });
});

export const waitingRanges = partitioned<Divided, Range, Range>({
  ranges: divide,
  child: 'waitForEver',
  input: (_, range) => range,
});

/** Tells its chain, then waits for ever where it is told to. */
export const tellChain = continuable<Range>(async (job) => {
  await job.step('wait', (step: Step<number>) =>
    step.batches(async ({ chain, generation, since }) => {
      const word = await visit(`${chain.split('/')[1]}: generation ${generation} since ${since}`);
      if (word.includes('generation 1 ')) await condition(() => false);
      return batchOf<number>(1, { kind: 'finished' });
    }),
  );
});

export const tellChains = partitioned<Divided, Range, Range>({
  ranges: async ({ ranges }) => ranges,
  child: 'tellChain',
  input: (_, range) => range,
});

/** Its own code is wrong about its second range, until the worker's clock says that it was mended. */
export const mistakenRanges = partitioned<Divided & { readonly mendedAtMs: number }, Range, Range>({
  ranges: async ({ ranges }) => ranges,
  child: 'walkRange',
  input: ({ mendedAtMs }, range, index) => {
    if (index === 1 && workflowInfo().unsafe.now() < mendedAtMs)
      throw new TypeError('a bug in Workflow code');
    return range;
  },
});

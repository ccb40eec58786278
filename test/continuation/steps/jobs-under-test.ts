/** Small jobs in steps, for the tests of `continuable`: each continues as new at every checkpoint. */
import {
  CancellationScope,
  defineSignal,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { continuable, type Step } from '../../../src/continuation/steps/index.js';

export interface JobActivities {
  /** The steps that this execution's code has: the test changes them as a deployment would. */
  planSteps(): Promise<readonly string[]>;
  /** Leaves a trace that the test reads. */
  note(text: string): Promise<string>;
}

const { planSteps, note } = proxyActivities<JobActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { maximumAttempts: 1 },
});
const everyCheckpoint = { historyLimit: () => 1 };

/** Its steps are what the plan of the current execution says. */
export const plannedSteps = continuable<void>(async (job) => {
  for (const name of await planSteps()) await job.step(name, () => note(name));
}, everyCheckpoint);

export const nestedSteps = continuable<void>(async (job) => {
  await job.step('outer', () => job.step('inner', () => note('inner')));
}, everyCheckpoint);

/** Adds up what its steps returned, in this execution or in earlier ones. */
export const returningSteps = continuable<void>(async (job) => {
  const three = await job.step('three', async () => ({ value: 3 }));
  const four = await job.step('four', async () => ({ value: 4 }));
  return three.value + four.value;
}, everyCheckpoint);

export type Swallowing =
  | 'try and catch'
  | 'finally'
  | 'Promise.all'
  | 'Promise.race'
  | 'Promise.allSettled'
  | 'for await'
  | 'a cancelled scope'
  | 'a scope that can’t be cancelled'
  | 'a later throw'
  | 'a nested async function';

/** Counts to 3 with a checkpoint at each number, and tries to swallow the interruption there. */
export const swallowing = continuable<Swallowing>(async (job, way) => {
  await job.step('count to 3', async (step: Step<number>) => {
    for (let next = (step.cursor ?? 0) + 1; next <= 3; next += 1) {
      await note(`${next}`);
      await setSwallowing(way, step, next);
    }
  });
}, everyCheckpoint);

async function setSwallowing(way: Swallowing, step: Step<number>, next: number): Promise<unknown> {
  switch (way) {
    case 'try and catch':
      return step.set(next).catch(() => note('caught'));
    case 'finally':
      try {
        return await step.set(next);
      } finally {
        await note('finally');
      }
    case 'Promise.all':
      return Promise.all([step.set(next), sleep(1)]).catch(() => note('caught'));
    case 'Promise.race':
      return Promise.race([step.set(next), sleep(1)]);
    case 'Promise.allSettled':
      return Promise.allSettled([step.set(next), sleep(1)]);
    case 'for await':
      for await (const _ of setting(step, next)) await note('went on');
      return;
    case 'a cancelled scope': {
      const scope = new CancellationScope();
      const set = scope.run(() => step.set(next)).catch(() => note('caught'));
      scope.cancel();
      return set;
    }
    case 'a scope that can’t be cancelled':
      return CancellationScope.nonCancellable(() => step.set(next)).catch(() => note('caught'));
    case 'a later throw':
      void step.set(next);
      throw new Error('thrown after the interruption');
    case 'a nested async function':
      return (async () => {
        await (async () => step.set(next))();
        await note('went on');
      })().catch(() => note('caught'));
  }
}

/** Counts, and awaits no checkpoint on the way. @param last how far; @param checkpoints how many it makes at each number */
export const notAwaiting = continuable<{ readonly last: number; readonly checkpoints: number }>(
  async (job, { last, checkpoints }) => {
    await job.step('count', async (step: Step<number>) => {
      for (let next = (step.cursor ?? 0) + 1; next <= last; next += 1) {
        await note(`${next}`);
        void step.set(next);
        for (let made = 1; made < checkpoints; made += 1) void step.checkpoint();
      }
    });
  },
  everyCheckpoint,
);

async function* setting(step: Step<number>, next: number): AsyncGenerator<number> {
  await step.set(next);
  if (next > 3) yield next;
}

export type CompositeCursor = {
  readonly orderedOn: string;
  readonly ids: readonly number[];
};

/** Reports each cursor as it was resumed with. */
export const compositeCursors = continuable<readonly CompositeCursor[]>(async (job, cursors) => {
  await job.step('walk', async (step: Step<CompositeCursor>) => {
    const reached = cursors.findIndex((cursor) => JSON.stringify(cursor) === JSON.stringify(step.cursor));
    for (const cursor of cursors.slice(reached + 1)) {
      await note(`${step.resumed ? 'resumed' : 'started'} after ${JSON.stringify(step.cursor)}`);
      await step.set(cursor);
    }
  });
}, everyCheckpoint);

/** A Map, which the compiler refuses as well where it sees it. */
export const mapAsCursor = continuable<void>(async (job) => {
  await job.step('walk', async (step) => {
    await step.set(JSON.parse('{"at":1}', (key, value) => (key === 'at' ? new Map() : value)));
  });
}, everyCheckpoint);

/** Notes in each execution the bigint and the Date that it goes on from, and at its end the step's result. */
export const exactCursors = continuable<void>(async (job) => {
  const reached = await job.step(
    'walk',
    { start: { id: 9_007_199_254_740_992n, at: new Date(0) } },
    async (step) => {
      await note(`${step.cursor.id} ${step.cursor.at.toISOString()}`);
      if (!step.resumed) await step.set({ id: step.cursor.id + 1n, at: new Date(1) });
      return step.cursor;
    },
  );
  await job.step('report', () => note(`${reached.id} ${reached.at.toISOString()}`));
}, everyCheckpoint);

/** Its second step is isolated. Notes the run id of the execution that each step runs in. */
export const isolatedExport = continuable<void>(async (job) => {
  const { runId } = workflowInfo();
  const noteExecution = (step: string) => note(`${step} ${runId}`);
  await job.step('count', () => noteExecution('count'));
  await job.step('export', { isolated: true }, () => noteExecution('export'));
  await job.step('report', () => noteExecution('report'));
});

/** Counts to 3; takes its time where the limit is one of time. */
export const timeLimited = continuable<void>(
  async (job) => {
    await job.step('count to 3', { start: 0 }, async (step) => {
      while (step.cursor < 3) {
        await sleep('1 minute');
        await step.advance();
      }
    });
  },
  { timeLimitMs: 90_000 },
);

/** Counts to 3, without a limit that it would meet. */
export const countTo3 = continuable<void>(async (job) => {
  await job.step('count to 3', { start: 0 }, async (step) => {
    while (step.cursor < 3) {
      await note(`${step.cursor + 1}`);
      await step.advance();
    }
  });
  await job.step('report', () => note('report'));
});

/** Its batches are throttled: each waits an hour. */
export const throttledBatches = continuable<void>(async (job) => {
  await job.step('process', (step: Step<number>) =>
    step.batches(async ({ cursor, generation, chain }) => {
      await note(`batch ${generation} after ${cursor} of ${chain === workflowInfo().firstExecutionRunId}`);
      return {
        type: 'leftoff.batch',
        kind: generation < 3 ? 'advanced' : 'finished',
        reason: null,
        after: cursor,
        cursor: generation * 10,
        counts: { processed: 10, failed: 0, revisited: 0 },
        total: 30,
        attempt: 1,
        waitMs: 3_600_000,
      };
    }),
  );
}, everyCheckpoint);

export const functionAsResult = continuable<void>(async (job) => {
  await job.step('odd', async () => () => 'a function');
}, everyCheckpoint);

/** Makes checkpoints without ever moving. */
export const restless = continuable<void>(async (job) => {
  await job.step('turn', async (step) => {
    for (let turn = 0; turn < 20; turn += 1) await step.checkpoint();
  });
}, everyCheckpoint);

export const slowSignal = defineSignal('slow');

/** Its signal's handler takes an hour, which it may, while a checkpoint wants to continue as new. */
export const slowHandler = continuable<void>(
  async (job) => {
    setHandler(slowSignal, async () => {
      await sleep('1 hour');
      await note('handler ended');
    });
    await job.step('count to 2', async (step: Step<number>) => {
      for (let next = (step.cursor ?? 0) + 1; next <= 2; next += 1) {
        await note(`${next}`);
        await step.set(next);
      }
    });
  },
  { ...everyCheckpoint, handlersWaitMs: 2 * 3_600_000 },
);

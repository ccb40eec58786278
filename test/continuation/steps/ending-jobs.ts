/** Jobs in steps that end, or go on, in ways that nobody planned: for the tests of what becomes of them. */
import {
  CancellationScope,
  ContinueAsNew,
  condition,
  defaultPayloadConverter,
  defineSignal,
  isCancellation,
  proxyActivities,
  setHandler,
  setWorkflowOptions,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { batchOf, continuable, type Step } from '../../../src/continuation/steps/index.js';
import type { StageActivities } from './steps-stage.js';

const { visit } = proxyActivities<StageActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { maximumAttempts: 1 },
});

const quick = { resumeWaitMs: 10, retryInitialMs: 10 };

/** Is told to wait by each batch, and to end by the last. */
export const throttled = continuable<number>(
  async (job, times) => {
    await job.step('process', (step: Step<number>) =>
      step.batches(async ({ generation }) => {
        await visit('not now');
        return generation > times
          ? batchOf<number>(1, { kind: 'finished' })
          : batchOf<number>(null, { kind: 'advanced', waitMs: 1_000 });
      }),
    );
  },
  { historyLimit: 20 },
);

/** Calls its step again and again, whatever comes. */
export const neverGivingUp = continuable<void>(async (job) => {
  for (;;) {
    try {
      return await job.step('ask', () => visit('fails'));
    } catch {
      await sleep(1_000);
    }
  }
});

/** Swallows what the library says about its cursor, cleans up, and waits. */
export const swallowingAndWaiting = continuable<void>(async (job) => {
  await job.step('walk', async (step: Step<string>) => {
    await step.advance('a').catch(async () => {
      await visit('clean up');
      await visit('clean up more');
    });
    await sleep('300 days');
  });
});

/** One of its two branches fails while the other works. */
export const failingBeside = continuable<void>(async (job) => {
  await job.step('both', () => Promise.all([visit('slow'), visit('fails')]));
});

/** Fails while work alongside waits for what it would have done, and an Activity alongside goes on. */
export const failingWithWorkAlongside = continuable<void>(async (job) => {
  let done = false;
  const waits = job.alongside(() => condition(() => done));
  const works = job.alongside(() => visit('slow'));
  await job.step('walk', () => visit('fails'));
  done = true;
  await Promise.all([waits, works]);
});

/** Fails while work alongside asks again and again whether what failed is done. */
export const failingWithAsking = continuable<void>(async (job) => {
  let done = false;
  const asks = job.alongside(async () => {
    while (!done) {
      await visit('asks');
      await sleep(20_000);
    }
  });
  await job.step('walk', () => visit('fails'));
  done = true;
  await asks;
});

/** Catches its cancellation, and cleans up in steps of their own. */
export const undoing = continuable<void>(async (job) => {
  try {
    await job.step('walk', async (step: Step<number>) => {
      await step.set(1);
      await visit('waiting');
      await sleep('1 day');
    });
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => job.step('undo', () => visit('undo')));
  }
});

/** Gives its Activity a second, in a scope of its own. */
export const hurrying = continuable<void>(async (job) => {
  await job.step('first', () => visit('first'));
  await job.step('asked', () => CancellationScope.withTimeout(1_000, () => visit('slow')));
}, quick);

/** Its own code is wrong, in a way that is to fail the run. */
export const mistaken = continuable<void>(async (job) => {
  await job.step('walk', { start: 0 }, async (step) => {
    await visit('1');
    await step.advance();
    throw new TypeError('a bug in Workflow code');
  });
});
setWorkflowOptions({ failureExceptionTypes: [TypeError] }, mistaken);

export const goSignal = defineSignal('go');

/** Its signal's handler waits for the job itself, which a checkpoint interrupts. */
export const awaitedByHandler = continuable<void>(
  async (job) => {
    let done = 0;
    setHandler(goSignal, () => condition(() => done >= 3).then(() => undefined));
    await job.step('count to 3', { start: 0 }, async (step) => {
      while (step.cursor < 3) {
        await visit(`${step.cursor + 1}`);
        done += 1;
        await step.advance();
      }
    });
  },
  { historyLimit: 1 },
);

/** Is deployed anew after its first execution: the step in progress is gone then. */
export const leavingOut = continuable<void>(
  async (job) => {
    if (workflowInfo().continuedFromExecutionRunId !== undefined) return;
    await job.step('walk', (step: Step<number>) => step.set(1));
  },
  { historyLimit: 1 },
);

/** Counts to 2. */
export const countTo2 = continuable<void>(async (job) => {
  await job.step('count to 2', { start: 0 }, async (step) => {
    while (step.cursor < 2) await step.advance();
  });
  await job.step('report', () => visit('report'));
});

const walkOneByOne = continuable<void>((job) => job.step('walk', (step: Step<number>) => step.set(1)), {
  historyLimit: 1,
});

/** Tells what its next execution would have in its memo: this server keeps none over continue-as-new. */
export async function memoGoingOn(): Promise<readonly string[]> {
  try {
    await walkOneByOne();
  } catch (error) {
    if (error instanceof ContinueAsNew) return Object.keys(error.command.memo ?? {});
    throw error;
  }
  return [];
}

/** Tells why its next execution goes on: after a limit of time, or after an error with or without progress. */
export async function reasonGoingOn(end: 'time' | 'error after progress' | 'error'): Promise<unknown> {
  const walk = continuable<void>(
    (job) =>
      job.step('walk', async (step: Step<number>) => {
        if (end === 'time') await sleep(1_000);
        if (end !== 'error') await step.set(1);
        await visit('fails');
      }),
    { ...quick, timeLimitMs: end === 'time' ? 1 : 60_000 },
  );
  try {
    await walk();
  } catch (error) {
    if (!(error instanceof ContinueAsNew)) throw error;
    const [, carried] = error.command.arguments ?? [];
    if (carried) return defaultPayloadConverter.fromPayload<{ reason: string }>(carried).reason;
  }
  return 'it ended';
}

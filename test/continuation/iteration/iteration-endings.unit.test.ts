import { DefaultLogger } from '@temporalio/worker';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  abort,
  array,
  batched,
  enumerator,
  fail,
  type IterationDefinition,
  iteration,
  limitIterations,
  type ShutdownReason,
  skip,
  times,
} from '../../../src/continuation/iteration/index.js';
import { maximumOutcomeBytes } from '../../../src/continuation/iteration/iteration-ends.js';
import { iterationRun } from '../../../src/continuation/testing/index.js';
import { aCheckpoint } from '../some-checkpoints.js';
import { numberedWork } from './numbered-work.js';
import { anEnvironment, runIteration, runStoppedAt } from './run-iteration.js';

type Parts = Partial<IterationDefinition<object, { upTo: number }, number, number, null>>;

const logger = new DefaultLogger('ERROR', () => undefined);

/** A run over the items 0 to 9, to be played. */
const aRun = (parts: Partial<IterationDefinition<object, null, number, number, null>>) =>
  iterationRun(
    iteration<object, number, number>({
      buildEnumerator: () => numberedWork().numbers,
      eachIteration: async () => undefined,
      ...parts,
    }),
    {},
    { logger },
  );

/** A clock that only items move: each takes this many milliseconds. */
const aClockOf = (ms: number) => {
  vi.useFakeTimers({ toFake: ['performance'] });
  return { during: () => void vi.advanceTimersByTime(ms) };
};

const done = { processed: 1, failed: 0, revisited: 0 };
/** What the callbacks were called with, in order. */
const tracing = () => {
  const trace: string[] = [];
  return {
    trace,
    also: {
      onStart: async () => {
        trace.push('start');
      },
      aroundIterate: async (iterate: () => Promise<void>) => {
        trace.push('around');
        await iterate();
        trace.push('around ends');
      },
      onShutdown: async (reason: string) => {
        trace.push(`shutdown: ${reason}`);
      },
      onComplete: async () => {
        trace.push('complete');
        return 'the report';
      },
    },
  };
};

const aTracedRun = () => {
  const { trace, also } = tracing();
  return { trace, run: aRun(also) };
};

describe('the callbacks of an iteration', () => {
  it('run once each, in order, where nothing interrupts it', async () => {
    const { trace, also } = tracing();

    await runIteration({ also });

    expect(trace).toEqual(['start', 'around', 'around ends', 'shutdown: exhausted', 'complete']);
  });

  it('start only the first execution: a resumed one has been started', async () => {
    const { trace, also } = tracing();

    await runIteration({ from: aCheckpoint({ cursor: 4, sequence: 5, started: true }), also });

    expect(trace).not.toContain('start');
  });

  it('start again where the first attempt was lost or failed before onStart ran to its end', async () => {
    const failing = async () => {
      throw new Error('the mail server is away');
    };
    const first = await runIteration({ also: { onStart: failing } });
    const { trace, also } = tracing();

    const second = await runIteration({ attempt: 2, heartbeatDetails: first.heartbeats.at(-1), also });

    expect(first.visited).toEqual([]);
    expect(trace[0]).toBe('start');
    expect(second.outcome?.kind).toBe('completed');
  });

  it('start once a run: an execution that was interrupted has the next one not start again', async () => {
    const { trace, run } = aTracedRun();

    await run.exactly(3);
    await run.toTheEnd();

    expect(trace.filter((call) => call === 'start')).toHaveLength(1);
  });

  it('do not start again where the first attempt was lost right after onStart had ended', async () => {
    const { trace, run } = aTracedRun();

    await run.killed({ after: 1, sent: 'all' });
    await run.toTheEnd();

    expect(trace.filter((call) => call === 'start')).toHaveLength(1);
  });

  it('start again where the first attempt was lost in the midst of onStart', async () => {
    const { trace, also } = tracing();
    let inTheMidst = (): void => undefined;
    const isInTheMidst = new Promise<void>((resolve) => {
      inTheMidst = resolve;
    });
    const onStart = async () => {
      trace.push('start');
      inTheMidst();
      if (trace.length === 1) await new Promise(() => undefined);
    };
    const run = aRun({ ...also, onStart });

    void run.execution();
    await isInTheMidst;
    await run.killedAfter(0);
    await run.toTheEnd();

    expect(trace.slice(0, 3)).toEqual(['start', 'start', 'around']);
  });

  it('do not shut down what never started: an execution that is stopped in the midst of onStart', async () => {
    const { trace, also } = tracing();
    const environment = anEnvironment();
    const onStart: Parts['onStart'] = async (_, { stopping }) => {
      environment.cancel('WORKER_SHUTDOWN');
      stopping.throwIfAborted();
    };

    const { outcome } = await runIteration({ environment, also: { ...also, onStart } });

    expect(outcome).toMatchObject({ kind: 'interrupted', checkpoint: { started: false } });
    expect(trace).toEqual([]);
  });

  it.each<{ reason: ShutdownReason; also: Parts }>([
    { reason: 'exhausted', also: {} },
    { reason: 'finished early', also: { eachIteration: async () => abort.complete() } },
    { reason: 'stopped early', also: { eachIteration: async () => abort.stop() } },
    { reason: 'item limit', also: { maxItems: 3 } },
    { reason: 'interrupted', also: { maxRuntimeMs: 0 } },
    { reason: 'throttled', also: { eachIteration: async () => abort.retry({ afterMs: 1 }) } },
  ])(
    'shut down once at every end without an error, and are told which: $reason',
    async ({ reason, also }) => {
      const reasons: string[] = [];

      await runIteration({ also: { ...also, onShutdown: async (why) => void reasons.push(why) } });

      expect(reasons).toEqual([reason]);
    },
  );

  it('say that it was interrupted, before the next execution can begin', async () => {
    const { trace, also } = tracing();

    const { outcome } = await runStoppedAt(4, 'WORKER_SHUTDOWN', { also });

    expect(outcome?.kind).toBe('interrupted');
    expect(trace).toEqual(['start', 'around', 'around ends', 'shutdown: interrupted']);
  });

  it('do not run at an error: that is no end', async () => {
    const { trace, also } = tracing();

    await runIteration({ failure: { at: 4, error: new Error('refused') }, also });

    expect(trace).toEqual(['start', 'around']);
  });

  it('do not run where there is nothing to do: no enumerator completes the run', async () => {
    const { trace, also } = tracing();

    const { outcome, visited } = await runIteration({ also: { ...also, buildEnumerator: () => null } });

    expect(outcome).toMatchObject({ kind: 'completed', result: null });
    expect(visited).toEqual([]);
    expect(trace).toEqual([]);
  });

  it.each([
    [0, 'returned before it called iterate. Is an await missing?'],
    [2, 'called iterate 2 times'],
  ])(
    'around the items must call iterate once, and are told where they call it %i times',
    async (times, told) => {
      const aroundIterate = async (iterate: () => Promise<void>) => {
        for (let call = 0; call < times; call += 1) await iterate();
      };

      const { error } = await runIteration({ also: { aroundIterate } });

      expect(error).toMatchObject({
        type: 'InvalidIterationError',
        nonRetryable: true,
        message: expect.stringContaining(told),
      });
    },
  );

  it('around the items can’t swallow an item’s error', async () => {
    const aroundIterate = (iterate: () => Promise<void>) => iterate().catch(() => undefined);
    const error = new Error('refused');

    const run = await runIteration({ failure: { at: 4, error }, also: { aroundIterate } });

    expect(run.error).toMatchObject({ message: error.message });
  });

  it('are told of each item after it is done', async () => {
    const told: number[] = [];

    await runIteration({ also: { afterIteration: (item) => void told.push(item) } });

    expect(told).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('what an item returns', () => {
  it('may end the run as complete: onComplete runs, and the item isn’t done', async () => {
    const { trace, also } = tracing();
    const eachIteration = async (item: number) => (item === 4 ? abort.complete() : done);

    const { outcome } = await runIteration({ also: { ...also, eachIteration } });

    expect(outcome).toMatchObject({
      kind: 'completed',
      ending: 'finished early',
      result: 'the report',
      checkpoint: { cursor: 3, counts: { processed: 4 } },
    });
    expect(trace.slice(-2)).toEqual(['shutdown: finished early', 'complete']);
  });

  it('may end the run without completing it', async () => {
    const { trace, also } = tracing();
    const eachIteration = async (item: number) => (item === 4 ? abort.stop() : done);

    const { outcome } = await runIteration({ also: { ...also, eachIteration } });

    expect(outcome).toMatchObject({ kind: 'completed', ending: 'stopped early', result: null });
    expect(trace).not.toContain('complete');
  });

  it('may have the run wait and meet the item again', async () => {
    const eachIteration = async (item: number) => (item === 4 ? abort.retry({ afterMs: 60_000 }) : done);

    const { outcome } = await runIteration({ also: { eachIteration } });

    expect(outcome).toMatchObject({ kind: 'throttled', waitMs: 60_000, checkpoint: { cursor: 3 } });
  });

  it('may be nothing: the item is done', async () => {
    const { outcome } = await runIteration({ also: { eachIteration: async () => undefined } });

    expect(outcome?.checkpoint.counts).toEqual({ processed: 10, failed: 0, revisited: 0 });
  });

  it('may be its own counts', async () => {
    const eachIteration = async (item: number) => ({
      processed: item === 4 ? 0 : 1,
      failed: item === 4 ? 1 : 0,
      revisited: 0,
    });

    const { outcome } = await runIteration({ also: { eachIteration } });

    expect(outcome?.checkpoint.counts).toEqual({ processed: 9, failed: 1, revisited: 0 });
  });
});

describe('an execution gives its place to others', () => {
  afterEach(() => {
    limitIterations({});
    vi.useRealTimers();
  });

  it('after its own time limit, after the item in hand', async () => {
    const { outcome, visited } = await runIteration({ also: { maxRuntimeMs: 0 } });

    expect(visited).toEqual([0]);
    expect(outcome).toMatchObject({ kind: 'interrupted', reason: 'time limit', checkpoint: { cursor: 0 } });
  });

  it.each([
    { process: 0, own: 60_000 },
    { process: 60_000, own: 0 },
  ])(
    'after the smaller of its own limit and the process’: of $own and $process ms',
    async ({ process, own }) => {
      limitIterations({ maxRuntimeMs: process });

      expect((await runIteration({ also: { maxRuntimeMs: own } })).outcome).toMatchObject({
        reason: 'time limit',
      });
    },
  );

  it('and not before: a limit that is not reached ends nothing', async () => {
    limitIterations({ maxRuntimeMs: 60_000 });

    expect((await runIteration({ also: { maxRuntimeMs: 60_000 } })).outcome).toMatchObject({
      kind: 'completed',
      checkpoint: { cursor: 9 },
    });
  });

  it('at the first item that ends after the limit, of all that its time allows', async () => {
    const { during } = aClockOf(100);

    const { outcome, visited } = await runIteration({ during, also: { maxRuntimeMs: 250 } });

    expect(visited).toEqual([0, 1, 2]);
    expect(outcome).toMatchObject({ kind: 'interrupted', reason: 'time limit' });
  });

  it.each([Number.NaN, -1])('never by a limit of %s, which is refused', async (limit) => {
    for (const also of [{ maxRuntimeMs: limit }, { maxItems: limit }])
      expect((await runIteration({ also })).error).toMatchObject({
        type: 'InvalidIterationError',
        nonRetryable: true,
        message: expect.stringContaining(`is ${limit}`),
      });
  });

  it('where the job itself asks for it', async () => {
    const shouldExit = (_: object, { counts }: { counts: { processed: number } }) => counts.processed === 3;

    const { outcome, visited } = await runIteration({ also: { shouldExit } });

    expect(visited).toEqual([0, 1, 2]);
    expect(outcome).toMatchObject({ kind: 'interrupted', reason: 'the job asked' });
  });

  it('and keeps how often it was interrupted, and how long it has worked, over executions and failures', async () => {
    const from = aCheckpoint({ cursor: 3, sequence: 4, timesInterrupted: 2, workedMs: 1_000, started: true });

    const { outcome } = await runIteration({ from, also: { maxRuntimeMs: 0 } });

    expect(outcome?.checkpoint.timesInterrupted).toBe(3);
    expect(outcome?.checkpoint.workedMs).toBeGreaterThanOrEqual(1_000);
  });

  it('and counts the time of each execution, and of each attempt that failed, exactly once', async () => {
    const { during } = aClockOf(100);
    const from = aCheckpoint({ cursor: 3, sequence: 4, timesInterrupted: 2, workedMs: 1_000 });

    // Items 4 and 5, the second of which fails; then 5 to 9.
    const failed = await runIteration({ from, during, failure: { at: 5, error: new Error('refused') } });
    const { outcome } = await runIteration({
      attempt: 2,
      from,
      during,
      heartbeatDetails: failed.heartbeats.at(-1),
    });

    expect(failed.heartbeats.at(-1)).toMatchObject({ workedMs: 1_200, timesInterrupted: 2 });
    expect(failed.error).toMatchObject({ details: [{ workedMs: 1_200, timesInterrupted: 2 }] });
    expect(outcome?.checkpoint).toMatchObject({ workedMs: 1_700, timesInterrupted: 2 });
  });
});

describe('a cap on a run’s items', () => {
  it('ends the run there, without completing it, over all its executions', async () => {
    const from = aCheckpoint({ cursor: 3, sequence: 4, counts: { processed: 4, failed: 0, revisited: 0 } });

    const { outcome, visited } = await runIteration({ from, also: { maxItems: 6 } });

    expect(visited).toEqual([4, 5]);
    expect(outcome).toMatchObject({ kind: 'completed', ending: 'item limit', result: null });
  });

  it('counts what was passed over, and what counts for nothing, as well', async () => {
    const eachIteration = async (item: number) => {
      if (item === 1) throw new Error('refused');
      return item === 2 ? { processed: 0, failed: 0, revisited: 0 } : undefined;
    };
    const run = aRun({ maxItems: 4, onError: skip(), eachIteration });

    await run.exactly(3);
    const end = await run.toTheEnd();

    expect(end).toMatchObject({
      ending: 'item limit',
      checkpoint: { cursor: 3, counts: { processed: 2, failed: 1 } },
    });
  });

  it('counts a batch by its items', async () => {
    const activity = iteration({
      buildEnumerator: (_: object) => batched(times(100), 10),
      eachIteration: async () => ({ processed: 0, failed: 0, revisited: 0 }),
      maxItems: 15,
    });

    const end = await iterationRun(activity, {}, { logger }).toTheEnd();

    expect(end).toMatchObject({ ending: 'item limit', checkpoint: { cursor: 19 } });
  });

  it('goes by what was counted, in a run that a release before began', async () => {
    const from = aCheckpoint({ cursor: 3, sequence: 4, counts: { processed: 3, failed: 1, revisited: 0 } });

    expect((await runIteration({ from, also: { maxItems: 5 } })).visited).toEqual([4]);
  });

  it('that is the number of items leaves nothing out: the run is completed', async () => {
    expect((await runIteration({ also: { maxItems: 10 } })).outcome).toMatchObject({
      ending: 'exhausted',
      result: 'the report',
    });
  });
});

describe('an item that failed and is passed over', () => {
  const failure = { at: 4, error: new Error('refused') };

  it('counts as failed, its reason is in the checkpoint, and the others go on', async () => {
    const { outcome, visited } = await runIteration({ failure, also: { onError: skip() } });

    expect(visited).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
    expect(outcome?.checkpoint).toMatchObject({
      counts: { processed: 9, failed: 1 },
      skipped: [{ cursor: 4, reason: 'refused' }],
      error: null,
    });
  });

  it('is told to the job, which may keep it', async () => {
    const kept: [number, string][] = [];
    const onSkipped = async (item: number, reason: string) => {
      kept.push([item, reason]);
    };

    await runIteration({ failure, also: { onError: skip('declined'), onSkipped } });

    expect(kept).toEqual([[4, 'declined']]);
  });

  it('is none where keeping it fails: the run starts again at this item', async () => {
    const onSkipped = async () => {
      throw new Error('the table of rejects is locked');
    };

    const { error, heartbeats } = await runIteration({ failure, also: { onError: skip(), onSkipped } });

    expect(error).toMatchObject({ message: 'the table of rejects is locked' });
    expect(heartbeats.at(-1)).toMatchObject({ cursor: 3 });
  });

  it.each([
    Object.assign(new Error('canceled'), { name: 'CanceledError', code: 'ERR_CANCELED' }),
    new AggregateError([new DOMException('aborted', 'AbortError')], 'All promises were rejected'),
  ])('is none while its attempt is to stop, which may be all that is wrong: %s', async (error) => {
    for (const onError of [skip(), fail]) {
      const also = { onError };

      const { outcome, visited } = await runStoppedAt(4, 'WORKER_SHUTDOWN', {
        failure: { at: 4, error },
        also,
      });

      expect(visited).toEqual([0, 1, 2, 3]);
      expect(outcome).toMatchObject({
        kind: 'interrupted',
        reason: 'worker stopping',
        checkpoint: { cursor: 3, counts: { failed: 0 }, skipped: [], error: null },
      });
    }
  });

  it('is none where it is an outage: that is no item’s fault', async () => {
    const { error } = await runIteration({ failure, isOutage: () => true, also: { onError: skip() } });

    expect(error).toMatchObject({ message: failure.error.message });
  });
});

describe('a run that is not to go on now', () => {
  const notNowAt = (at: number) =>
    enumerator<number, number>(async function* (cursor) {
      for (let item = (cursor ?? -1) + 1; item < 10; item += 1) {
        if (item === at) yield { notNow: { waitMs: 5_000 } };
        yield { item, cursor: item };
      }
    });

  it('returns with its exact cursor and how long to wait: no worker sleeps', async () => {
    const { outcome, visited } = await runIteration({ also: { buildEnumerator: () => notNowAt(3) } });

    expect(visited).toEqual([0, 1, 2]);
    expect(outcome).toMatchObject({ kind: 'throttled', waitMs: 5_000, checkpoint: { cursor: 2 } });
  });

  it('does not complete, and says at its shutdown that it was throttled', async () => {
    const { trace, also } = tracing();

    await runIteration({ also: { ...also, buildEnumerator: () => notNowAt(0) } });

    expect(trace.slice(-1)).toEqual(['shutdown: throttled']);
  });

  it('resumes nothing when it goes on after its wait', async () => {
    const from = aCheckpoint({ cursor: 2, sequence: 3, started: true });

    const { outcome } = await runIteration({ from, input: { afterWait: true } });

    expect(outcome?.checkpoint.resumptionCount).toBe(0);
  });
});

describe('what buildEnumerator returns', () => {
  it('is refused by name where it is a plain array', async () => {
    const activity = iteration({
      // What the compiler would refuse, too.
      buildEnumerator: () => JSON.parse('[1, 2]'),
      eachIteration: async () => undefined,
    });

    const refusal = anEnvironment().run(() => activity({ args: {}, from: null }));

    await expect(refusal).rejects.toMatchObject({
      type: 'InvalidIterationError',
      message: expect.stringContaining('array(items)'),
    });
  });

  it('may come later: a promise of an enumerator', async () => {
    const { visited } = await runIteration({ also: { buildEnumerator: async () => array([7, 8]) } });

    expect(visited).toEqual([7, 8]);
  });
});

describe('a stop at an item that is known to be the last', () => {
  it('completes the run at once, instead of an execution that finds nothing', async () => {
    const environment = anEnvironment();
    environment.cancel('WORKER_SHUTDOWN');

    const { outcome } = await runIteration({ environment, also: { buildEnumerator: () => array([7]) } });

    expect(outcome).toMatchObject({ kind: 'completed', ending: 'exhausted' });
  });
});

describe('a result that can’t be delivered', () => {
  const aCircle = () => {
    const circle: { itself?: unknown } = {};
    circle.itself = circle;
    return circle;
  };

  it.each([
    { result: aCircle, what: 'a circle', why: "can't be written as JSON" },
    { result: () => 'é'.repeat(maximumOutcomeBytes / 2), what: 'more than 2 MB', why: 'can be delivered' },
  ])('fails the run at once, with its place kept: $what', async ({ result, why }) => {
    // As it comes out of a database or an API: the compiler sees no circle in it.
    const onComplete: Parts['onComplete'] = async () => Object(result());

    const { error } = await runIteration({ also: { onComplete } });

    expect(error).toMatchObject({
      type: 'InvalidResultError',
      nonRetryable: true,
      message: expect.stringContaining(why),
      details: [{ cursor: 9, counts: { processed: 10 } }],
    });
  });
});

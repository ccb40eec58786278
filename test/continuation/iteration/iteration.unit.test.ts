import { CancelledFailure } from '@temporalio/activity';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { InvalidCursorError } from '../../../src/continuation/cursor.js';
import {
  abort,
  array,
  type CheckpointStore,
  enumerator,
  heartbeatStore,
  iteration,
  maximumSameErrors,
  StoreOutageError,
  skip,
  times,
} from '../../../src/continuation/iteration/index.js';
import { iterationRun } from '../../../src/continuation/testing/index.js';
import { aCheckpoint } from '../some-checkpoints.js';
import { items } from './numbered-work.js';
import { anEnvironment, runIteration, runStoppedAt } from './run-iteration.js';

const refused = new Error('refused');
const checkpointAfter = (cursor: number) =>
  aCheckpoint({ cursor, sequence: cursor + 1, selection: { upTo: items - 1 }, total: items, checkpoints: 3 });

describe('an enumerator’s Activity', () => {
  it('visits every item and completes with the job’s own result', async () => {
    const { outcome, visited } = await runIteration();

    expect(visited).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(outcome).toMatchObject({
      kind: 'completed',
      result: 'the report',
      checkpoint: { cursor: 9, sequence: 10, counts: { processed: 10 }, total: 10, resumptionCount: 0 },
    });
  });

  it('says that it resumed before its first item is done: lost right then, it was a resumption all the same', async () => {
    const { heartbeats } = await runIteration({ attempt: 2, heartbeatDetails: checkpointAfter(4) });

    expect(heartbeats[0]).toMatchObject({ cursor: 4, resumptionCount: 1 });
  });

  it('returns interrupted with its exact cursor when the worker stops: the item in hand is done, no later one', async () => {
    const { outcome, visited } = await runStoppedAt(4, 'WORKER_SHUTDOWN');

    expect(visited).toEqual([0, 1, 2, 3, 4]);
    expect(outcome).toMatchObject({
      kind: 'interrupted',
      reason: 'worker stopping',
      checkpoint: { cursor: 4, sequence: 5 },
    });
  });

  it('returns interrupted with its exact cursor when it is cancelled', async () => {
    const { outcome } = await runStoppedAt(4, 'CANCELLED');

    expect(outcome).toMatchObject({ kind: 'interrupted', reason: 'cancelled', checkpoint: { cursor: 4 } });
  });

  it.each([
    { what: 'an item', failing: {} },
    {
      what: 'its enumerator',
      failing: {
        buildEnumerator: () =>
          enumerator<number, number>(async function* () {
            yield { item: 4, cursor: 4 };
            throw refused;
          }),
      },
    },
    { what: 'its shutdown', failing: { onShutdown: () => Promise.reject(refused) } },
  ])(
    'returns interrupted when it is cancelled, also where $what fails in that moment: an error would fail the run instead',
    async ({ what, failing }) => {
      const { outcome, error } = await runStoppedAt(4, 'CANCELLED', {
        from: checkpointAfter(3),
        also: failing,
        ...(what === 'an item' ? { failure: { at: 4, error: refused } } : {}),
      });

      expect(error).toBeNull();
      expect(outcome).toMatchObject({
        kind: 'interrupted',
        reason: 'cancelled',
        checkpoint: { cursor: what === 'an item' ? 3 : 4, timesInterrupted: 1 },
      });
    },
  );

  it('returns interrupted when it is cancelled, also where its store is away in that moment', async () => {
    const away: CheckpointStore<null> = {
      ...heartbeatStore,
      open: async (options) => ({
        ...(await heartbeatStore.open(options)),
        flush: () => Promise.reject(new StoreOutageError('the database is restarting')),
      }),
    };

    const { outcome } = await runStoppedAt(4, 'CANCELLED', {
      from: checkpointAfter(3),
      also: { store: away },
    });

    expect(outcome).toMatchObject({ kind: 'interrupted', reason: 'cancelled', checkpoint: { cursor: 4 } });
  });

  it('paused by the server does not return, or its Workflow would go on: its exact cursor waits in the heartbeat', async () => {
    const { outcome, error, heartbeats, visited } = await runStoppedAt(4, 'PAUSED');

    expect(visited).toEqual([0, 1, 2, 3, 4]);
    expect(outcome).toBeNull();
    expect(error).toBeInstanceOf(CancelledFailure);
    expect(heartbeats.at(-1)).toMatchObject({ cursor: 4, timesInterrupted: 1, error: null });
  });

  it('goes on right after the pause, with nothing met again', async () => {
    const { heartbeats } = await runStoppedAt(4, 'PAUSED');

    const next = await runIteration({ attempt: 2, heartbeatDetails: heartbeats.at(-1) });

    expect(next.visited).toEqual([5, 6, 7, 8, 9]);
    expect(next.outcome).toMatchObject({
      kind: 'completed',
      checkpoint: { counts: { processed: 10, revisited: 0 } },
    });
  });

  it('returns interrupted before the item in hand when that was cut short by the stop itself', async () => {
    const error = Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });

    const { outcome, visited } = await runStoppedAt(4, 'WORKER_SHUTDOWN', { failure: { at: 4, error } });

    expect(visited).toEqual([0, 1, 2, 3]);
    expect(outcome).toMatchObject({
      kind: 'interrupted',
      reason: 'worker stopping',
      checkpoint: { cursor: 3, error: null },
    });
  });

  it('does at least one item an execution, also when the worker is stopping from the start', async () => {
    const environment = anEnvironment();
    environment.cancel('WORKER_SHUTDOWN');

    const { outcome, visited } = await runIteration({ environment, from: checkpointAfter(4) });

    expect(visited).toEqual([5]);
    expect(outcome).toMatchObject({ kind: 'interrupted', checkpoint: { cursor: 5 } });
  });

  it('stops at once when another attempt owns the work: no result, no further item', async () => {
    const { outcome, error, visited } = await runStoppedAt(4, 'NOT_FOUND');

    expect(outcome).toBeNull();
    expect(error).toBeInstanceOf(CancelledFailure);
    expect(visited).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([
    { where: 'at its last item', also: { buildEnumerator: () => array([3, 4]) } },
    { where: 'at an item that completes it', also: { eachIteration: async () => abort.complete() } },
    {
      where: 'at an item that has it wait',
      also: { eachIteration: async () => abort.retry({ afterMs: 1 }) },
    },
  ])('calls none of its hooks when another attempt owns the work: $where', async ({ also }) => {
    const calls: string[] = [];
    const environment = anEnvironment();
    const hooks = {
      aroundIterate: async (iterate: () => Promise<void>) => {
        await iterate();
        environment.cancel('NOT_FOUND');
      },
      onShutdown: async (reason: string) => void calls.push(reason),
      onComplete: async () => void calls.push('complete'),
    };

    const { error } = await runIteration({ environment, also: { ...hooks, ...also } });

    expect(error).toBeInstanceOf(CancelledFailure);
    expect(calls).toEqual([]);
  });

  it('does not complete when another attempt came to own the work in the midst of onShutdown', async () => {
    let completed = false;
    const environment = anEnvironment();
    const onShutdown = async () => environment.cancel('NOT_FOUND');
    const onComplete = async () => {
      completed = true;
    };

    const { error } = await runIteration({ environment, also: { onShutdown, onComplete } });

    expect(error).toBeInstanceOf(CancelledFailure);
    expect(completed).toBe(false);
  });

  it('counts no error when another attempt owns the work', async () => {
    const { error, heartbeats } = await runStoppedAt(4, 'NOT_FOUND', { failure: { at: 4, error: refused } });

    expect(error).toBeInstanceOf(CancelledFailure);
    expect(heartbeats).not.toContainEqual(expect.objectContaining({ error: expect.anything() }));
  });

  it('resumes strictly after the Workflow’s cursor, and says so', async () => {
    const { outcome, visited } = await runIteration({ from: checkpointAfter(4) });

    expect(visited).toEqual([5, 6, 7, 8, 9]);
    expect(outcome?.checkpoint.resumptions).toEqual([
      { resumedAfter: 4, source: 'history', attempt: 1, revisited: 0 },
    ]);
  });

  it('resumes after a cursor of 0, and does not start over', async () => {
    const { visited } = await runIteration({ from: checkpointAfter(0) });

    expect(visited[0]).toBe(1);
  });

  it('resumes strictly after the heartbeat’s cursor where that is newer, and says so', async () => {
    const { outcome, visited } = await runIteration({
      attempt: 2,
      from: checkpointAfter(4),
      heartbeatDetails: checkpointAfter(7),
    });

    expect(visited).toEqual([8, 9]);
    expect(outcome?.checkpoint.resumptions).toEqual([
      { resumedAfter: 7, source: 'heartbeat', attempt: 2, revisited: 0 },
    ]);
  });

  it('resumes after the Workflow’s cursor where the heartbeat’s is older', async () => {
    const { visited } = await runIteration({
      attempt: 2,
      from: checkpointAfter(7),
      heartbeatDetails: checkpointAfter(4),
    });

    expect(visited).toEqual([8, 9]);
  });

  it('starts over where a lost attempt left no heartbeat, and says so', async () => {
    const { outcome, visited } = await runIteration({ attempt: 2 });

    expect(visited).toHaveLength(items);
    expect(outcome?.checkpoint.resumptions).toMatchObject([
      { resumedAfter: null, source: 'start', attempt: 2 },
    ]);
  });

  it('refuses heartbeat details that are no checkpoint instead of starting over', async () => {
    const { error, visited } = await runIteration({ attempt: 2, heartbeatDetails: { cursor: 4 } });

    expect(error).toMatchObject({ type: 'UnreadableCheckpointError', details: [{ found: { cursor: 4 } }] });
    expect(visited).toEqual([]);
  });

  it('selects once a run: a resumption keeps what was selected', async () => {
    expect((await runIteration()).selected).toBe(1);
    expect((await runIteration({ from: checkpointAfter(4) })).selected).toBe(0);
  });

  it('selects once a run also where that gives neither selection nor total', async () => {
    let selected = 0;
    const run = iterationRun(
      iteration<object, number, number>({
        select: async () => {
          selected += 1;
          return { selection: null };
        },
        buildEnumerator: () => times(items),
        eachIteration: async () => undefined,
      }),
      {},
      { logger: new DefaultLogger('ERROR', () => undefined) },
    );

    await run.once();
    await run.once();
    await run.toTheEnd();

    expect(selected).toBe(1);
  });

  it('hands the selection over before the first item, so that a lost worker can’t change it', async () => {
    const { heartbeats } = await runIteration();

    expect(heartbeats[0]).toMatchObject({ selection: { upTo: 9 }, total: 10, cursor: null });
  });
});

describe('an error in an enumerator’s Activity', () => {
  it('is thrown for Temporal to retry, after its checkpoint was handed over, and has it: Temporal may find that it was the last', async () => {
    const { error, heartbeats } = await runIteration({ failure: { at: 4, error: refused } });

    expect(error).toMatchObject({
      type: 'Error',
      message: 'refused',
      nonRetryable: false,
      details: [heartbeats.at(-1)],
      stack: refused.stack,
    });
    expect(heartbeats.at(-1)).toMatchObject({ cursor: 3, error: { message: 'refused', times: 1 } });
  });

  it('resumes at the failed item, with all progress before it', async () => {
    const { heartbeats } = await runIteration({ failure: { at: 4, error: refused } });

    const { visited, outcome } = await runIteration({ attempt: 2, heartbeatDetails: heartbeats.at(-1) });

    expect(visited[0]).toBe(4);
    expect(outcome).toMatchObject({
      kind: 'completed',
      checkpoint: { counts: { processed: 10, revisited: 0 } },
    });
  });

  it('that comes five times at the same cursor fails the run and keeps the cursor', async () => {
    const attempts: Awaited<ReturnType<typeof runIteration>>[] = [];
    for (let attempt = 1; attempt <= maximumSameErrors; attempt += 1) {
      const heartbeatDetails = attempts.at(-1)?.heartbeats.at(-1);
      attempts.push(await runIteration({ attempt, heartbeatDetails, failure: { at: 4, error: refused } }));
    }

    expect(attempts.slice(0, -1).map(({ error }) => error)).toMatchObject(
      Array(4).fill({ message: 'refused', nonRetryable: false }),
    );
    expect(attempts.at(-1)?.error).toMatchObject({
      type: 'SameErrorAtSameCursor',
      nonRetryable: true,
      details: [{ cursor: 3, error: { message: 'refused', times: 5 } }],
    });
  });

  it('is forgotten once the run got past it', async () => {
    const heartbeatDetails = { ...checkpointAfter(3), error: { message: 'refused', times: 4 } };

    const { error } = await runIteration({
      attempt: 5,
      heartbeatDetails,
      failure: { at: 5, error: refused },
    });

    expect(error).toMatchObject({ message: 'refused', nonRetryable: false });
  });

  it('is never counted where it is an outage', async () => {
    const heartbeatDetails = { ...checkpointAfter(3), error: { message: 'refused', times: 4 } };
    const failure = { at: 4, error: new Error('connection lost') };

    const { error, heartbeats } = await runIteration({
      attempt: 5,
      heartbeatDetails,
      failure,
      isOutage: () => true,
    });

    expect(error).toMatchObject({
      message: 'connection lost',
      nonRetryable: false,
      details: [heartbeats.at(-1)],
    });
    expect(heartbeats.at(-1)).toMatchObject({ cursor: 3, error: { message: 'refused', times: 4 } });
  });

  it('that is an outage before any progress makes the attempt no resumption: a long outage is no thousand of them', async () => {
    const failure = { at: 5, error: refused };
    const outage = { attempt: 5, heartbeatDetails: checkpointAfter(4), failure, isOutage: () => true };

    const { heartbeats } = await runIteration(outage);

    expect(heartbeats.at(-1)).toMatchObject({ cursor: 4, resumptionCount: 0, resumptions: [] });
  });

  it('that is a cursor which JSON can’t carry ends the run before its item, whatever the policy, and keeps the place', async () => {
    const { error, heartbeats, visited } = await runIteration({
      cursorOf: (item) => (item === 2 ? Number.NaN : item),
      also: { onError: skip() },
    });

    expect(error).toMatchObject({
      type: InvalidCursorError.name,
      nonRetryable: true,
      details: [{ cursor: 1 }],
    });
    expect(heartbeats.at(-1)).toMatchObject({ cursor: 1, error: { times: 1 } });
    expect(visited).toEqual([0, 1]);
  });
});

import { CancelledFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/continuation/checkpoint.js';
import { maximumSameErrors, workBatch } from '../../../src/continuation/iteration/index.js';
import { aBatchStart, throughJson } from '../some-checkpoints.js';
import { heartbeatsOf, type NumberedWorkOptions, numberedWork } from './numbered-work.js';

interface Attempt extends NumberedWorkOptions {
  readonly attempt?: number;
  readonly cursor?: number | null;
  readonly generation?: number;
  readonly checkpointEvery?: number;
  readonly heartbeatDetails?: unknown;
  readonly isOutage?: (error: unknown) => boolean;
  readonly environment?: MockActivityEnvironment;
}

const anEnvironment = (info: { attempt?: number; heartbeatDetails?: unknown } = {}) =>
  new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR', () => undefined) });

/** Runs one attempt of a batch over the items 0 to 9. */
async function run(options: Attempt = {}) {
  const { attempt = 1, cursor = null, generation = 1, checkpointEvery = 3, heartbeatDetails } = options;
  const environment = options.environment ?? anEnvironment({ attempt, heartbeatDetails });
  const heartbeats = heartbeatsOf(environment);
  const work = numberedWork(options);
  const activity = () =>
    workBatch<number, number>({
      from: aBatchStart({ cursor, generation }),
      enumerator: work.numbers,
      eachIteration: work.visit,
      checkpointEvery,
      total: 10,
      ...(options.isOutage === undefined ? {} : { isOutage: options.isOutage }),
    });
  const end = await environment.run<[], Batch<number>, typeof activity>(activity).then(
    (batch) => ({ batch, error: null }),
    (error: unknown) => ({ batch: null, error }),
  );
  return { ...end, visited: work.visited, heartbeats };
}

function runStoppedAt(at: number, reason: 'WORKER_SHUTDOWN' | 'PAUSED' | 'NOT_FOUND', options: Attempt = {}) {
  const environment = anEnvironment();
  const during = (item: number) => {
    if (item === at) environment.cancel(reason);
  };
  return run({ ...options, environment, during });
}

const refused = new Error('refused');

describe('a batch', () => {
  it('ends when it has as many items as one checkpoint covers', async () => {
    const { batch, visited } = await run({ checkpointEvery: 3 });

    expect(visited).toEqual([0, 1, 2]);
    expect(batch).toEqual({
      type: 'leftoff.batch',
      kind: 'advanced',
      reason: null,
      after: null,
      cursor: 2,
      counts: { processed: 3, failed: 0, revisited: 0 },
      total: 10,
      attempt: 1,
      generation: 1,
      workedMs: expect.any(Number),
      waitMs: 0,
      store: null,
    });
  });

  it('starts strictly after its cursor, also after 0', async () => {
    expect((await run({ cursor: 0 })).visited).toEqual([1, 2, 3]);
  });

  it('says when there are no more items', async () => {
    expect((await run({ cursor: 7 })).batch).toMatchObject({
      kind: 'finished',
      cursor: 9,
      counts: { processed: 2 },
    });
  });

  it('without any item keeps the cursor that it was given', async () => {
    expect((await run({ cursor: 9 })).batch).toMatchObject({
      kind: 'finished',
      cursor: 9,
      counts: { processed: 0 },
    });
  });

  it('returns the exact partial cursor when the worker stops: nothing will be met again', async () => {
    const { batch, visited } = await runStoppedAt(4, 'WORKER_SHUTDOWN', { checkpointEvery: 10 });

    expect(visited).toEqual([0, 1, 2, 3, 4]);
    expect(batch).toMatchObject({
      kind: 'interrupted',
      reason: 'worker stopping',
      cursor: 4,
      counts: { processed: 5 },
    });
  });

  it('paused by the server leaves its place in the heartbeat, and the attempt after the pause goes on from it', async () => {
    const paused = await runStoppedAt(4, 'PAUSED', { checkpointEvery: 10 });
    const heartbeatDetails = throughJson(paused.heartbeats.at(-1));

    const next = await run({ attempt: 2, heartbeatDetails, checkpointEvery: 10 });

    expect(paused.error).toBeInstanceOf(CancelledFailure);
    expect(next.visited).toEqual([5, 6, 7, 8, 9]);
    expect(next.batch).toMatchObject({ cursor: 9, counts: { processed: 10, revisited: 0 } });
  });

  it('goes on from a pause also where the worker after it is lost', async () => {
    const paused = await runStoppedAt(4, 'PAUSED', { checkpointEvery: 10 });
    const lost = await run({
      attempt: 2,
      heartbeatDetails: throughJson(paused.heartbeats.at(-1)),
      checkpointEvery: 10,
    });

    const next = await run({
      attempt: 3,
      heartbeatDetails: throughJson(lost.heartbeats[0]),
      checkpointEvery: 10,
    });

    expect(next.visited).toEqual([5, 6, 7, 8, 9]);
  });

  it('takes no place from a pause of a batch that has reported since', async () => {
    const paused = await runStoppedAt(4, 'PAUSED', { checkpointEvery: 10 });

    const next = await run({
      attempt: 2,
      cursor: 1,
      generation: 2,
      heartbeatDetails: throughJson(paused.heartbeats.at(-1)),
      checkpointEvery: 10,
    });

    expect(next.visited[0]).toBe(2);
  });

  it('returns its cursor before the item in hand when that was cut short by the stop itself', async () => {
    const error = Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });

    const { batch, visited } = await runStoppedAt(1, 'WORKER_SHUTDOWN', { failure: { at: 1, error } });

    expect(visited).toEqual([0]);
    expect(batch).toMatchObject({ kind: 'interrupted', reason: 'worker stopping', cursor: 0 });
  });

  it('does at least one item, also when the worker is stopping from the start', async () => {
    const environment = anEnvironment();
    environment.cancel('WORKER_SHUTDOWN');

    const { batch, visited } = await run({ environment, cursor: 4 });

    expect(visited).toEqual([5]);
    expect(batch).toMatchObject({ kind: 'interrupted', cursor: 5 });
  });

  it('stops at once when another attempt owns the work: no result, no further item', async () => {
    const { batch, error, visited } = await runStoppedAt(1, 'NOT_FOUND');

    expect(batch).toBeNull();
    expect(error).toBeInstanceOf(CancelledFailure);
    expect(visited).toEqual([0, 1]);
  });

  it('says which attempt worked it off', async () => {
    expect((await run({ attempt: 3 })).batch).toMatchObject({ attempt: 3 });
  });
});

describe('an error in a batch', () => {
  it('after progress returns that progress: the next batch starts at the failed item', async () => {
    const { batch, error } = await run({ checkpointEvery: 10, failure: { at: 4, error: refused } });

    expect(error).toBeNull();
    expect(batch).toMatchObject({ kind: 'advanced', cursor: 3, counts: { processed: 4 } });
  });

  it('at the first item is thrown for Temporal to retry, and counted', async () => {
    const { error, heartbeats } = await run({ cursor: 3, failure: { at: 4, error: refused } });

    expect(error).toBe(refused);
    expect(heartbeats.at(-1)).toMatchObject({
      type: 'leftoff.liveness',
      error: { message: 'refused', times: 1 },
    });
  });

  it('that comes five times at the same cursor fails the run and keeps the cursor', async () => {
    const attempts: Awaited<ReturnType<typeof run>>[] = [];
    for (let attempt = 1; attempt <= maximumSameErrors; attempt += 1) {
      const heartbeatDetails = attempts.at(-1)?.heartbeats.at(-1);
      attempts.push(await run({ attempt, cursor: 3, heartbeatDetails, failure: { at: 4, error: refused } }));
    }

    expect(attempts.slice(0, -1).map(({ error }) => error)).toEqual(Array(4).fill(refused));
    expect(attempts.at(-1)?.error).toMatchObject({
      type: 'SameErrorAtSameCursor',
      nonRetryable: true,
      details: [{ cursor: 3 }],
    });
  });

  it('is never counted where it is an outage, and forgets no other error’s count', async () => {
    const heartbeatDetails = { type: 'leftoff.liveness', error: { message: 'refused', times: 4 } };
    const failure = { at: 4, error: new Error('connection lost') };

    const { error, heartbeats } = await run({
      attempt: 5,
      cursor: 3,
      heartbeatDetails,
      failure,
      isOutage: () => true,
    });

    expect(error).toBe(failure.error);
    expect(heartbeats.at(-1)).toMatchObject(heartbeatDetails);
  });

  it('that is a cursor which JSON can’t carry ends the run before its item, and keeps the cursor', async () => {
    const cursorOf = (item: number) => (item === 2 ? Number.NaN : item);
    const { batch } = await run({ checkpointEvery: 10, cursorOf });

    const { error, heartbeats, visited } = await run({ cursor: 1, cursorOf });

    expect(batch).toMatchObject({ kind: 'advanced', cursor: 1 });
    expect(error).toMatchObject({
      nonRetryable: true,
      type: 'InvalidCursorError',
      details: [{ cursor: 1 }],
    });
    expect(heartbeats.at(-1)).toMatchObject({ error: { times: 1 } });
    expect(visited).toEqual([]);
  });
});

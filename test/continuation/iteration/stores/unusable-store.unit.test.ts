import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../../src/continuation/checkpoint.js';
import {
  type CheckpointStore,
  heartbeatStore,
  iteration,
  maximumSameErrors,
  StoreOutageError,
  workBatch,
} from '../../../../src/continuation/iteration/index.js';
import { CheckpointsTableMissingError } from '../../../../src/continuation/iteration/stores/postgres-errors.js';
import { batchRun, iterationRun } from '../../../../src/continuation/testing/index.js';
import { aBatchStart } from '../../some-checkpoints.js';
import { numberedWork } from '../numbered-work.js';

const logger = new DefaultLogger('ERROR', () => undefined);

/** A run over the items 0 to 9, with a store that opens as the story goes. */
function aRun(opening: () => Error | null, isOutage: (error: unknown) => boolean = () => false) {
  const store: CheckpointStore<null> = {
    ...heartbeatStore,
    name: 'a store',
    open: async (options) => {
      const error = opening();
      if (error !== null) throw error;
      return heartbeatStore.open(options);
    },
  };
  const activity = iteration<object, number, number>({
    store,
    isOutage,
    buildEnumerator: () => numberedWork().numbers,
    eachIteration: async () => undefined,
  });
  return iterationRun(activity, {}, { logger });
}

const errorOf = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    () => null,
    (error: unknown) => error,
  );

describe('a store that can’t be opened, for an error that is no outage,', () => {
  it('fails the run when the error is the same so many times, with its place kept', async () => {
    let opens = 0;
    const run = aRun(() => (++opens > 1 ? new Error('a password of another time') : null));
    await run.exactly(4);

    for (let time = 1; time < maximumSameErrors; time += 1)
      expect(await errorOf(run.execution())).not.toMatchObject({ nonRetryable: true });

    expect(await errorOf(run.execution())).toMatchObject({
      type: 'SameErrorAtSameCursor',
      message: expect.stringContaining('a password of another time'),
      nonRetryable: true,
      details: [{ cursor: 3, counts: { processed: 4 } }],
    });
  });

  it('is opened by a later attempt, which goes on, and counts no resumption for those before', async () => {
    let opens = 0;
    const run = aRun(() => (++opens < maximumSameErrors ? new Error('not yet') : null));

    for (let time = 1; time < maximumSameErrors; time += 1) await errorOf(run.execution());

    expect(await run.toTheEnd()).toMatchObject({ checkpoint: { resumptionCount: 1, error: null } });
  });

  it.each([
    { whose: 'the store’s own', away: new StoreOutageError('away'), isOutage: () => false },
    { whose: 'one by the job’s rule', away: new Error('away'), isOutage: () => true },
  ])('is tried without end where it is an outage: $whose', async ({ away, isOutage }) => {
    let opens = 0;
    const run = aRun(() => (++opens < 5 * maximumSameErrors ? away : null), isOutage);

    for (let time = 1; time < 5 * maximumSameErrors; time += 1)
      expect(await errorOf(run.execution())).toMatchObject({
        message: 'away',
        nonRetryable: false,
        details: [{ cursor: null, error: null }],
      });

    expect(await run.toTheEnd()).toMatchObject({ ending: 'exhausted' });
  });
});

describe('a store that throws before there is a promise', () => {
  it('is counted as one that fails later', async () => {
    const throwing: CheckpointStore<null> = {
      ...heartbeatStore,
      open: () => {
        throw new Error('no such host');
      },
    };
    const run = batchRun<number>(
      (from) =>
        workBatch({
          from,
          enumerator: numberedWork().numbers,
          eachIteration: async () => undefined,
          checkpointEvery: 1,
          store: throwing,
        }),
      { step: 'walk', logger },
    );

    for (let time = 1; time < maximumSameErrors; time += 1) await errorOf(run.toTheEnd());

    await expect(run.toTheEnd()).rejects.toMatchObject({ type: 'SameErrorAtSameCursor' });
  });
});

describe('a batch that clears its store', () => {
  /** Clears what a step has kept. */
  function clearing(
    retire: () => Promise<void>,
    environment: MockActivityEnvironment,
  ): Promise<Batch<number>> {
    const activity = () =>
      workBatch<number, number>({
        from: { ...aBatchStart(), cleanUp: true },
        enumerator: numberedWork().numbers,
        eachIteration: async () => undefined,
        checkpointEvery: 1,
        store: { ...heartbeatStore, name: 'a store', retire },
      });
    return environment.run<[], Batch<number>, typeof activity>(activity);
  }

  it('is alive meanwhile, however long that takes', async () => {
    const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 40 }, { logger });
    const twoBeats = new Promise<void>((beaten) => {
      let beats = 0;
      environment.on('heartbeat', () => ++beats === 2 && beaten());
    });

    await expect(clearing(() => twoBeats, environment)).resolves.toMatchObject({ kind: 'finished' });
  });

  it('fails at once where that store can’t be used', async () => {
    const unusable = async () => {
      throw new CheckpointsTableMissingError('leftoff_checkpoints', {});
    };

    const cleared = clearing(unusable, new MockActivityEnvironment({}, { logger }));

    await expect(cleared).rejects.toMatchObject({ type: 'CheckpointsTableMissingError', nonRetryable: true });
  });
});

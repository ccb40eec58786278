import { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { checkpointSchema } from '../../../src/continuation/checkpoint-schema.js';
import { maximumLostAttempts } from '../../../src/continuation/iteration/hopeless-attempts.js';
import {
  abort,
  type CheckpointStore,
  heartbeatStore,
  type IterationInput,
  iteration,
  maximumSameErrors,
  memoryStore,
  retry,
  StoreOutageError,
  type Transaction,
  times,
  workBatch,
  workOnce,
} from '../../../src/continuation/iteration/index.js';
import { CheckpointsTableMissingError } from '../../../src/continuation/iteration/stores/postgres-errors.js';
import { iterationRun } from '../../../src/continuation/testing/index.js';
import { aBatchStart, aCheckpoint, throughJson } from '../some-checkpoints.js';
import { aFence } from './a-fence.js';
import { numberedWork } from './numbered-work.js';
import { anEnvironment, runIteration, runStoppedAt } from './run-iteration.js';

const tooMany = maximumLostAttempts + 1;
const options = { logger: new DefaultLogger('ERROR', () => undefined) };
const noProgress = (details: object) => ({
  type: 'NoProgressError',
  nonRetryable: true,
  message: expect.stringContaining(`${tooMany} workers were lost`),
  details: [expect.objectContaining(details)],
});

/** A run over the items 0 to 9, without a store. */
const aRun = (eachIteration: (item: number) => Promise<void> = async () => undefined) =>
  iterationRun(
    iteration({ buildEnumerator: (_: object) => numberedWork().numbers, eachIteration }),
    {},
    options,
  );

type PlayedRun = ReturnType<typeof aRun>;

/** Its next item takes the process along, this many times; the heartbeat that an attempt begins with has arrived. */
async function lose(run: PlayedRun, times: number): Promise<void> {
  for (let lost = 0; lost < times; lost += 1) await run.killed({ after: 1, sent: 'all' });
}

const failureOf = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    () => null,
    (error: unknown) => error,
  );

/** Where the failure says that a new start can go on. */
function keptCheckpoint(failure: unknown) {
  if (!(failure instanceof ApplicationFailure)) throw new Error('The run did not fail.');
  return checkpointSchema.parse(throughJson(failure.details?.[0]));
}

describe('an iteration whose attempts are lost at one cursor', () => {
  it(`fails when it is more than ${maximumLostAttempts}, with its checkpoint kept`, async () => {
    const run = aRun();
    await run.exactly(4);

    await lose(run, tooMany);
    const failure = await failureOf(run.toTheEnd());

    expect(failure).toMatchObject(noProgress({ cursor: 3, sequence: 4 }));
    expect(keptCheckpoint(failure).counts.processed).toBe(4);
  });

  it('fails before its first item as well as after one', async () => {
    const run = aRun();

    await lose(run, tooMany);

    expect(await failureOf(run.toTheEnd())).toMatchObject(noProgress({ cursor: null }));
  });

  it(`goes on after ${maximumLostAttempts}`, async () => {
    const run = aRun();
    await run.exactly(4);

    await lose(run, maximumLostAttempts);

    expect(await run.toTheEnd()).toMatchObject({ ending: 'exhausted', checkpoint: { cursor: 9 } });
  });

  it('goes on from the kept checkpoint when it is started again', async () => {
    const run = aRun();
    await run.exactly(4);
    await lose(run, tooMany);
    const from = keptCheckpoint(await failureOf(run.toTheEnd()));

    const { outcome, visited } = await runIteration({ from });

    expect(visited).toEqual([4, 5, 6, 7, 8, 9]);
    expect(outcome?.kind).toBe('completed');
  });

  it('never fails where a store kept progress between them, however many there are', async () => {
    const { store } = aFence();
    const activity = iteration<object, number, number, null, Transaction>({
      store,
      buildEnumerator: () => times(2 * tooMany),
      eachIteration: async () => undefined,
    });
    const run = iterationRun(activity, {}, options);

    for (let lost = 0; lost < tooMany; lost += 1) await run.killed({ after: 1, sent: 'all' });

    expect(await run.toTheEnd()).toMatchObject({
      ending: 'exhausted',
      checkpoint: { resumptionCount: tooMany },
    });
  });

  it('never fails where an item was done between them: the count begins again', async () => {
    const run = aRun();

    await lose(run, maximumLostAttempts);
    await run.exactly(1);
    await lose(run, maximumLostAttempts);

    expect(await run.toTheEnd()).toMatchObject({ ending: 'exhausted' });
  });

  it('never fails where it was throttled between them: that attempt came to its end', async () => {
    let waits = tooMany + 1;
    const activity = iteration({
      buildEnumerator: (_: object) => numberedWork().numbers,
      eachIteration: async () => (waits-- > 0 ? abort.retry({ afterMs: 60_000 }) : undefined),
    });
    const run = iterationRun(activity, {}, options);

    for (let lost = 0; lost < tooMany; lost += 1) {
      await run.killed({ after: 0 });
      await run.execution();
    }

    expect(await run.toTheEnd()).toMatchObject({ ending: 'exhausted' });
  });

  it('counts attempts that failed by an error as errors, not as lost', async () => {
    const failing = async () => {
      throw new Error('refused');
    };
    const activity = iteration({
      buildEnumerator: (_: object) => numberedWork().numbers,
      eachIteration: failing,
      onError: retry({ times: 100 }),
    });
    const run = iterationRun(activity, {}, options);

    for (let failed = 0; failed < tooMany + 5; failed += 1)
      await expect(run.execution()).rejects.toThrow('refused');

    await expect(run.execution()).rejects.toThrow('refused');
  });

  it('counts lost attempts whatever patience the policy has with errors: those hide none', async () => {
    let failures = 60;
    const activity = iteration({
      buildEnumerator: (_: object) => numberedWork().numbers,
      eachIteration: async () => {
        if (failures-- > 0) throw new Error('refused');
      },
      onError: retry({ times: 1_000 }),
    });
    const run = iterationRun(activity, {}, options);
    for (let failed = 0; failed < 60; failed += 1) await failureOf(run.execution());

    await lose(run, tooMany);

    expect(await failureOf(run.execution())).toMatchObject(noProgress({ cursor: null }));
  });

  it('does not count a pause of the server’s as one', async () => {
    const attempts = { generation: 1, last: 10, pending: true, lost: maximumLostAttempts - 1, unseen: 0 };
    const lostTenTimes = aCheckpoint({ cursor: 3, sequence: 4, attempts });
    const cutShort = Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });
    const paused = await runStoppedAt(4, 'PAUSED', {
      attempt: 11,
      heartbeatDetails: lostTenTimes,
      failure: { at: 4, error: cutShort },
    });

    const { outcome } = await runIteration({ attempt: 12, heartbeatDetails: paused.heartbeats.at(-1) });

    expect(paused.visited).toEqual([]);
    expect(outcome?.kind).toBe('completed');
  });

  it('counts lost attempts of which no heartbeat arrived, ten for one: their Activity may not have begun', async () => {
    const unheard = 10 * maximumLostAttempts;

    const { outcome } = await runIteration({ attempt: unheard + 1 });
    const { error } = await runIteration({ attempt: unheard + 2 });

    expect(outcome?.kind).toBe('completed');
    expect(error).toMatchObject({
      type: 'NoProgressError',
      message: expect.stringContaining('is the Activity registered at every worker'),
    });
  });

  it('counts none of another Activity of the run, which its checkpoint still tells of', async () => {
    const attempts = { generation: 1, last: 40, pending: true, lost: 9, unseen: 0 };
    const from = aCheckpoint({ cursor: 3, sequence: 4, attempts });

    const { outcome } = await runIteration({ attempt: 3, from, input: { generation: 2 } });

    expect(outcome?.kind).toBe('completed');
  });

  it('counts lost attempts also where others between them failed by an error', async () => {
    let failures = 3;
    const run = aRun(async () => {
      if (failures-- > 0) throw new Error('refused');
    });

    for (let failed = 0; failed < 3; failed += 1) await expect(run.execution()).rejects.toThrow('refused');
    await lose(run, maximumLostAttempts);
    await lose(run, 1);

    expect(await failureOf(run.execution())).toMatchObject(noProgress({ cursor: null }));
  });
});

type Fate = 'is lost' | 'is done' | 'fails';

/** An Activity of one item, attempt by attempt: each gets the heartbeat that the last one had sent. */
function anActivity(activity: (item: () => Promise<void>) => Promise<unknown>) {
  let attempt = 0;
  let heartbeatDetails: unknown;
  const play = (fate: Fate): Promise<unknown> => {
    attempt += 1;
    const environment = anEnvironment({ attempt, heartbeatDetails });
    environment.on('heartbeat', (details: unknown) => {
      heartbeatDetails = throughJson(details);
    });
    return new Promise((ended, failed) => {
      const item = async () => {
        if (fate === 'fails') throw new Error('refused');
        if (fate === 'is done') return;
        ended('lost');
        await new Promise(() => undefined);
      };
      environment.run(() => activity(item)).then(ended, failed);
    });
  };
  const activityUnderTest = {
    attempt: play,
    /** This many attempts came to nothing, and left nothing. */
    after(attempts: number) {
      attempt = attempts;
      return activityUnderTest;
    },
    async attempts(times: number, fate: Fate): Promise<void> {
      for (let played = 0; played < times; played += 1) await failureOf(play(fate));
    },
  };
  return activityUnderTest;
}

const aBatch = (store: CheckpointStore<null> = heartbeatStore) =>
  anActivity((item) =>
    workBatch<number, number>({
      from: aBatchStart({ cursor: 3 }),
      enumerator: numberedWork().numbers,
      eachIteration: item,
      checkpointEvery: 2,
      store,
    }),
  );

const aQuestion = () => anActivity((item) => workOnce(item));

describe.each([
  { what: 'a batch', start: () => aBatch(), cursor: 3 },
  { what: 'work without items', start: aQuestion, cursor: null },
])('$what whose attempts are lost', ({ start, cursor }) => {
  it(`fails when it is more than ${maximumLostAttempts}, with its cursor kept`, async () => {
    const activity = start();

    await activity.attempts(tooMany, 'is lost');

    await expect(activity.attempt('is done')).rejects.toMatchObject(noProgress({ cursor }));
  });

  it(`goes on after ${maximumLostAttempts}`, async () => {
    const activity = start();

    await activity.attempts(maximumLostAttempts, 'is lost');

    await expect(activity.attempt('is done')).resolves.not.toBe('lost');
  });

  it('counts on over an attempt that said how it ended, and got no further', async () => {
    const activity = start();

    await activity.attempts(maximumLostAttempts, 'is lost');
    await activity.attempts(1, 'fails');
    await activity.attempts(1, 'is lost');

    await expect(activity.attempt('is done')).rejects.toMatchObject(noProgress({ cursor }));
  });

  it('is counted also where no heartbeat of it arrived, ten for one: its Activity may not have begun', async () => {
    const unheard = 10 * maximumLostAttempts;

    await expect(start().after(unheard).attempt('is done')).resolves.not.toBe('lost');
    await expect(
      start()
        .after(unheard + 1)
        .attempt('is done'),
    ).rejects.toMatchObject({
      type: 'NoProgressError',
      message: expect.stringContaining('is the Activity registered at every worker'),
    });
  });

  it('counts attempts that failed by an error as errors, not as lost', async () => {
    const activity = start();

    await activity.attempts(4, 'fails');
    await activity.attempts(maximumLostAttempts - 1, 'is lost');

    await expect(activity.attempt('fails')).rejects.toMatchObject({ type: 'SameErrorAtSameCursor' });
  });
});

describe('a batch without a store', () => {
  it('fails where attempts are lost at a later item of it too: what they had done before was done in vain', async () => {
    let heartbeatDetails: unknown;
    const play = (attempt: number): Promise<unknown> => {
      const environment = new MockActivityEnvironment(
        { attempt, heartbeatDetails, heartbeatTimeoutMs: 40 },
        options,
      );
      return new Promise((ended, failed) => {
        let isOver = false;
        let beats = 0;
        environment.on('heartbeat', (details: unknown) => {
          if (!isOver) heartbeatDetails = throughJson(details);
          beats += 1;
        });
        const atItem6 = async () => {
          const before = beats;
          await expect.poll(() => beats, { interval: 2 }).toBeGreaterThan(before);
          isOver = true;
          ended('lost');
          await new Promise(() => undefined);
        };
        const activity = () =>
          workBatch<number, number>({
            from: aBatchStart({ cursor: 3 }),
            enumerator: numberedWork().numbers,
            eachIteration: async (item) => (item === 6 ? atItem6() : undefined),
            checkpointEvery: 10,
          });
        environment.run(activity).then(ended, failed);
      });
    };

    for (let attempt = 1; attempt <= tooMany; attempt += 1) expect(await play(attempt)).toBe('lost');

    await expect(play(tooMany + 1)).rejects.toMatchObject(noProgress({ cursor: 3 }));
  });
});

describe('a batch with a store', () => {
  it('never fails where each lost attempt had committed an item', async () => {
    const { store, ledger } = aFence();
    const activity = anActivity((item) =>
      workBatch<number, number, Transaction>({
        from: aBatchStart(),
        enumerator: times(2 * tooMany),
        eachIteration: async (at, { transaction }) => {
          await transaction.query(`charge ${at}`);
        },
        // Killed right after the commit.
        afterIteration: item,
        checkpointEvery: 100,
        store,
      }),
    );

    await activity.attempts(tooMany, 'is lost');
    const charged = ledger.length;

    await expect(activity.attempt('is done')).resolves.toMatchObject({ kind: 'finished' });
    expect(charged).toBe(tooMany);
  });

  it('is tried without end while its store is away: that attempt was not lost', async () => {
    const away: CheckpointStore<null> = {
      ...heartbeatStore,
      open: async () => {
        throw new StoreOutageError('the database is restarting');
      },
    };
    const batch = aBatch(away);

    await batch.attempts(tooMany + 1, 'is done');

    await expect(batch.attempt('is done')).rejects.toThrow('the database is restarting');
  });
});

describe('an iteration whose store was ahead of its heartbeat when it went away', () => {
  it('is tried without end: attempts of which the heartbeat alone heard are not unheard of', async () => {
    let isAway = false;
    const { store } = aFence();
    const run = iterationRun(
      iteration<object, number, number, null, Transaction>({
        store: {
          ...store,
          open: async (session) => {
            if (isAway) throw new StoreOutageError('the database is restarting');
            return store.open(session);
          },
        },
        buildEnumerator: () => numberedWork().numbers,
        eachIteration: async () => undefined,
      }),
      {},
      options,
    );
    await run.killed({ after: 5 });
    isAway = true;

    for (let tried = 0; tried < 15 * maximumLostAttempts; tried += 1)
      await expect(run.execution()).rejects.toThrow('the database is restarting');
    isAway = false;

    expect(await run.toTheEnd()).toMatchObject({ ending: 'exhausted', checkpoint: { cursor: 9 } });
  });
});

describe('an iteration after other work in its Activity', () => {
  it.each([
    { before: 'its first item', items: 0 },
    { before: 'a later item', items: 4 },
  ])(
    'goes on after however many attempts an outage ended in that work: they were heard of, before $before',
    async ({ items }) => {
      let isAway = false;
      const items10 = iteration<object, number, number>({
        buildEnumerator: () => numberedWork().numbers,
        eachIteration: async () => undefined,
      });
      const run = iterationRun(
        async (input: IterationInput<object>) => {
          const check = async () => {
            if (isAway) throw new Error('the other side is away');
          };
          await workOnce(check, { isOutage: () => true });
          return items10(input);
        },
        {},
        options,
      );
      if (items > 0) await run.killed({ after: items, sent: 'all' });
      isAway = true;

      for (let tried = 0; tried < 15 * maximumLostAttempts; tried += 1)
        await expect(run.execution()).rejects.toThrow('the other side is away');
      isAway = false;

      expect(await run.toTheEnd()).toMatchObject({ ending: 'exhausted' });
    },
  );
});

describe('an iteration with a store', () => {
  it('is tried without end while its store is away: that attempt was not lost', async () => {
    let isAway = true;
    const { store } = aFence();
    const away: CheckpointStore<Transaction> = {
      ...store,
      open: async (session) => {
        if (isAway) throw new StoreOutageError('the database is restarting');
        return store.open(session);
      },
    };
    const activity = iteration<object, number, number, null, Transaction>({
      store: away,
      buildEnumerator: () => numberedWork().numbers,
      eachIteration: async () => undefined,
    });
    const run = iterationRun(activity, {}, options);

    for (let tried = 0; tried < tooMany + 1; tried += 1)
      await expect(run.execution()).rejects.toThrow('the database is restarting');
    isAway = false;

    expect(await run.toTheEnd()).toMatchObject({ ending: 'exhausted' });
  });
});

describe('a store that can’t be used as it is', () => {
  const unusable: CheckpointStore<null> = {
    ...heartbeatStore,
    open: async () => {
      throw new CheckpointsTableMissingError('leftoff_checkpoints', {});
    },
  };
  const atOnce = {
    type: 'CheckpointsTableMissingError',
    nonRetryable: true,
    message: expect.stringContaining('createCheckpointsTable'),
  };

  it('fails an iteration at once, and says what to do', async () => {
    const { error, visited } = await runIteration({ also: { store: unusable } });

    expect(error).toMatchObject(atOnce);
    expect(visited).toEqual([]);
  });

  it('fails a batch at once, and says what to do', async () => {
    await expect(aBatch(unusable).attempt('is done')).rejects.toMatchObject(atOnce);
  });
});

describe('an error before a run’s checkpoints are open', () => {
  const refused = new TypeError('LEDGER_URL is not set');
  const refuse = (): never => {
    throw refused;
  };
  const failing = [
    { what: 'store', parts: { store: refuse } },
    { what: 'checkpointEvery', parts: { checkpointEvery: refuse } },
    {
      what: 'a store’s open',
      parts: { store: { ...heartbeatStore, open: () => Promise.reject(refused) } },
    },
  ];

  it.each(failing)('is counted as any other, with the run’s place: in $what', async ({ parts }) => {
    const from = aCheckpoint({ cursor: 3, sequence: 4 });
    let heartbeatDetails: unknown;
    const errors: unknown[] = [];
    for (let attempt = 1; attempt <= maximumSameErrors; attempt += 1) {
      const { error, heartbeats } = await runIteration({ attempt, from, heartbeatDetails, also: parts });
      heartbeatDetails = throughJson(heartbeats.at(-1));
      errors.push(error);
    }

    expect(errors.slice(0, -1)).toMatchObject(
      Array(maximumSameErrors - 1).fill({ type: 'TypeError', nonRetryable: false, details: [{ cursor: 3 }] }),
    );
    expect(errors.at(-1)).toMatchObject({
      type: 'SameErrorAtSameCursor',
      nonRetryable: true,
      details: [{ cursor: 3, error: { times: maximumSameErrors } }],
    });
  });

  it('sends nothing over a heartbeat that it can’t read', async () => {
    const { heartbeats } = await runIteration({
      attempt: 2,
      heartbeatDetails: { of: 'a release to come' },
      also: { store: refuse },
    });

    expect(heartbeats).toEqual([]);
  });
});

describe('a failed run that is started again', () => {
  it.each([
    { kept: 'the heartbeat alone', store: heartbeatStore },
    { kept: 'a store, which still knows the errors of its end', store: memoryStore() },
  ])('has all its tries: kept by $kept', async ({ store }) => {
    const activity = iteration({
      store,
      buildEnumerator: (_: object) => times(9),
      eachIteration: async (item: number) => {
        if (item === 4) throw new Error('refused');
      },
    });
    const attempt = (
      input: Partial<IterationInput<object>>,
      of: { attempt: number; heartbeatDetails?: unknown },
    ) => failureOf(anEnvironment(of).run(() => activity({ args: {}, from: null, ...input })));
    let failure: unknown = null;
    let heartbeatDetails: unknown;
    for (let tried = 1; tried <= maximumSameErrors; tried += 1) {
      failure = await attempt({}, { attempt: tried, heartbeatDetails });
      heartbeatDetails = keptCheckpoint(failure);
    }
    const from = { ...keptCheckpoint(failure), error: null };

    const again = await attempt({ from, generation: 2 }, { attempt: 1 });

    expect(failure).toMatchObject({ type: 'SameErrorAtSameCursor' });
    expect(again).toMatchObject({ nonRetryable: false, details: [{ cursor: 3, error: { times: 1 } }] });
  });
});

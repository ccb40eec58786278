/** What jobs, workers and drivers do at their worst: an iteration is to come out of it with its promises kept. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/continuation/checkpoint.js';
import { iterationOutcomeSchema } from '../../../src/continuation/checkpoint-schema.js';
import {
  abort,
  type CheckpointStore,
  fail,
  type IterationDefinition,
  iteration,
  postgresStore,
  skip,
  type Transaction,
  times,
} from '../../../src/continuation/iteration/index.js';
import type { PostgresClient } from '../../../src/continuation/iteration/stores/postgres-connection.js';
import { iterationRun } from '../../../src/continuation/testing/index.js';
import { throughJson } from '../some-checkpoints.js';
import { aFence } from './a-fence.js';
import { numberedWork } from './numbered-work.js';
import { anEnvironment, runIteration } from './run-iteration.js';

const logger = new DefaultLogger('ERROR', () => undefined);

type Parts<T extends Transaction | null> = Partial<IterationDefinition<object, null, number, number, T>>;

/** A run over the items 0 to 9 to be played, with nothing but the heartbeat. */
const aRun = (parts: Parts<null> = {}) =>
  iterationRun(
    iteration<object, number, number>({
      buildEnumerator: () => numberedWork().numbers,
      eachIteration: async () => undefined,
      ...parts,
    }),
    {},
    { logger },
  );

/** An Activity over the items 0 to 9 whose effects commit with the cursor. */
const aFencedActivity = (store: CheckpointStore<Transaction>, parts: Parts<Transaction> = {}) =>
  iteration<object, number, number, null, Transaction>({
    buildEnumerator: () => numberedWork().numbers,
    eachIteration: async () => undefined,
    store,
    ...parts,
  });

const aFencedRun = (parts: Parts<Transaction> = {}) =>
  iterationRun(aFencedActivity(aFence().store, parts), {}, { logger });

/** A promise, and what resolves it. */
function aSignal() {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

/** Whatever still goes on gets its chance to. */
async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await nextTurn();
}

describe('a cap on a run’s items', () => {
  it('holds where the worker stops right at it', async () => {
    const run = aRun({ maxItems: 3 });

    await run.exactly(3);
    await run.toTheEnd();

    expect(run.visits.size).toBe(3);
  });

  it('holds where the worker is killed right after it', async () => {
    const run = aFencedRun({ maxItems: 3 });

    await run.killed({ after: 3 });
    await run.toTheEnd();

    expect(run.visits.size).toBe(3);
  });
});

describe('a total that is no number', () => {
  it('is refused at the start, and never leaves a run behind that can’t be resumed', async () => {
    // pg gives count(*) as a string, in rows that the compiler knows nothing of.
    const [total] = JSON.parse('["10"]');

    const run = aRun({ select: async () => ({ selection: null, total }) });

    await expect(run.killed({ after: 2, sent: 'all' })).rejects.toThrow('must be a whole number');
  });
});

describe('a selection that is no selection but the items themselves', () => {
  it('is refused at the start with its size: it would be written with every checkpoint', async () => {
    const everyId = Array.from({ length: 10_000 }, (_, id) => id);
    const select = async () => ({ selection: everyId, total: everyId.length });

    const run = iterationRun(
      iteration<object, number, number, readonly number[]>({
        select,
        buildEnumerator: () => numberedWork().numbers,
        eachIteration: async () => undefined,
      }),
      {},
      { logger },
    );

    await expect(run.toTheEnd()).rejects.toThrow('a selection of 48891 bytes as JSON; it may have 16384');
  });
});

describe('what an item returns', () => {
  it('says that it is done where it merely has something called abort, as an AbortController has', async () => {
    const controller: unknown = new AbortController();
    const eachIteration: Parts<null>['eachIteration'] = async () => JSON.parse('{}').none ?? controller;

    const { outcome } = await runIteration({ also: { eachIteration } });

    expect(outcome).toMatchObject({ ending: 'exhausted', checkpoint: { counts: { processed: 10 } } });
  });
});

describe('aroundIterate', () => {
  it('that throws before the items have ended stops them: nothing goes on after the attempt', async () => {
    const visited: number[] = [];
    const secondInHand = aSignal();
    const tookTooLong = new Error('took too long');
    const eachIteration = async (item: number) => {
      if (item === 1) secondInHand.give();
      await nextTurn();
      visited.push(item);
    };
    const aroundIterate = async (iterate: () => Promise<void>) => {
      const limit = secondInHand.given.then(() => Promise.reject(tookTooLong));
      await Promise.race([iterate(), limit]);
    };

    const { error } = await runIteration({ also: { eachIteration, aroundIterate } });
    const atTheEnd = [...visited];
    await manyTurns();

    expect(error).toMatchObject({ message: tookTooLong.message });
    expect({ atTheEnd, visited }).toEqual({ atTheEnd: [0, 1], visited: [0, 1] });
  });

  it('that returns before it calls iterate is told so, and does nothing later: that attempt is over', async () => {
    const visited: number[] = [];
    const isOver = aSignal();
    const late: Promise<unknown>[] = [];
    const aroundIterate = async (iterate: () => Promise<void>) => {
      late.push(isOver.given.then(iterate).catch((error: unknown) => error));
    };
    const eachIteration = async (item: number) => void visited.push(item);

    const { error } = await runIteration({ also: { eachIteration, aroundIterate } });
    isOver.give();
    const refusal = await late[0];
    await manyTurns();

    const told = {
      type: 'InvalidIterationError',
      message: expect.stringContaining('returned before it called iterate. Is an await missing?'),
    };
    expect(error).toMatchObject(told);
    expect(refusal).toMatchObject(told);
    expect(visited).toEqual([]);
  });

  it('that throws before it calls iterate does nothing later either', async () => {
    const visited: number[] = [];
    const isOver = aSignal();
    const late: Promise<unknown>[] = [];
    const aroundIterate = async (iterate: () => Promise<void>) => {
      late.push(isOver.given.then(iterate).catch((error: unknown) => error));
      throw new Error('no lights');
    };
    const eachIteration = async (item: number) => void visited.push(item);

    const { error } = await runIteration({ also: { eachIteration, aroundIterate } });
    isOver.give();
    await late[0];
    await manyTurns();

    expect(error).toMatchObject({ message: 'no lights' });
    expect(visited).toEqual([]);
  });

  it('that throws the items’ error again in its own words hides nothing: the policy and an outage are the error’s own', async () => {
    const inItsWords = async (iterate: () => Promise<void>) => {
      try {
        await iterate();
      } catch (cause) {
        throw new Error('the light went out', { cause });
      }
    };
    const failing = async () => {
      throw new Error('declined');
    };

    const failed = await runIteration({
      also: { eachIteration: failing, aroundIterate: inItsWords, onError: fail },
    });
    const away = await runIteration({
      isOutage: () => true,
      also: { eachIteration: failing, aroundIterate: inItsWords },
    });

    expect(failed.error).toMatchObject({ message: 'declined', nonRetryable: true });
    expect(away.error).toMatchObject({ message: 'declined', details: [{ error: null }] });
  });

  it('that throws before there is a promise hides nothing of the items’ error either', async () => {
    const atOnce = (iterate: () => Promise<void>): Promise<void> => {
      void iterate();
      throw new Error('no lights');
    };
    const failing = async () => {
      throw new Error('declined');
    };

    const { error } = await runIteration({ also: { eachIteration: failing, aroundIterate: atOnce } });

    expect(error).toMatchObject({ message: 'declined' });
  });

  it('that calls iterate twice without awaiting either does not end the process', async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', listen);
    const aroundIterate = async (iterate: () => Promise<void>) => {
      void iterate();
      void iterate();
    };

    const { error } = await runIteration({ also: { aroundIterate } });
    await manyTurns();
    process.off('unhandledRejection', listen);

    expect(error).toMatchObject({ type: 'InvalidIterationError' });
    expect(unhandled).toEqual([]);
  });

  it('that calls iterate twice at once does no item twice, and is told', async () => {
    const visited: number[] = [];
    const eachIteration = async (item: number) => {
      await nextTurn();
      visited.push(item);
    };
    const aroundIterate = async (iterate: () => Promise<void>) => {
      await Promise.all([iterate(), iterate()]);
    };

    const { error } = await runIteration({ also: { eachIteration, aroundIterate } });

    expect(error).toMatchObject({ type: 'InvalidIterationError' });
    expect(visited).toEqual([...new Set(visited)]);
  });

  it('that forgets to await a walk that fails does not end the process: the error is the attempt’s', async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', listen);
    const refused = new Error('refused');
    const aroundIterate = async (iterate: () => Promise<void>) => {
      void iterate();
    };

    const { error } = await runIteration({ failure: { at: 0, error: refused }, also: { aroundIterate } });
    await manyTurns();
    process.off('unhandledRejection', listen);

    expect(error).toMatchObject({ message: refused.message });
    expect(unhandled).toEqual([]);
  });
});

describe('a wait that an item asks for', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -5])('is refused where it is %s ms', async (afterMs) => {
    const { error } = await runIteration({ also: { eachIteration: async () => abort.retry({ afterMs }) } });

    expect(error).toMatchObject({ message: expect.stringContaining('number of milliseconds') });
  });

  it('of a fraction of a millisecond is returned as a Workflow and inspection can read it', async () => {
    const eachIteration = async () => abort.retry({ afterMs: 12.5 });

    const { outcome } = await runIteration({ also: { eachIteration } });

    expect(iterationOutcomeSchema.safeParse(throughJson(outcome))).toMatchObject({
      success: true,
      data: { kind: 'throttled', waitMs: 13 },
    });
  });
});

describe('a checkpoint', () => {
  it('stays small, whatever errors say', async () => {
    const eachIteration = async () => {
      throw new Error('x'.repeat(200_000));
    };

    const { outcome } = await runIteration({ also: { eachIteration, onError: skip() } });

    expect(outcome?.checkpoint.skipped).toHaveLength(10);
    expect(JSON.stringify(outcome?.checkpoint).length).toBeLessThan(100_000);
  });
});

describe('a stop', () => {
  it('calls onShutdown once, also where that is cut short by the stop itself', async () => {
    const reasons: string[] = [];
    const environment = anEnvironment();
    const during = (item: number) => {
      if (item === 2) environment.cancel('WORKER_SHUTDOWN');
    };
    const onShutdown: Parts<null>['onShutdown'] = async (reason, _, { stopping }) => {
      reasons.push(reason);
      stopping.throwIfAborted();
    };

    const { outcome } = await runIteration({ environment, during, also: { onShutdown } });

    expect(reasons).toEqual(['interrupted']);
    expect(outcome?.kind).toBe('interrupted');
  });

  it('that comes wrapped in another error interrupts the run, and passes no item over', async () => {
    const environment = anEnvironment();
    const eachIteration: IterationDefinition<object, null, number, number, null>['eachIteration'] = async (
      item,
      _,
      { stopping },
    ) => {
      if (item !== 2) return;
      environment.cancel('WORKER_SHUTDOWN');
      throw new TypeError('fetch failed', { cause: stopping.reason });
    };

    const { outcome } = await runIteration({ environment, also: { eachIteration, onError: skip() } });

    expect(outcome).toMatchObject({ kind: 'interrupted', checkpoint: { cursor: 1, counts: { failed: 0 } } });
  });

  it('is heard also while the items wait for nothing', async () => {
    const environment = anEnvironment();
    const eachIteration = async (item: number) => {
      if (item === 0) setImmediate(() => environment.cancel('WORKER_SHUTDOWN'));
    };
    const also = { buildEnumerator: () => times(300_000), eachIteration };

    const { outcome } = await runIteration({ environment, also });

    expect(outcome).toMatchObject({ kind: 'interrupted', reason: 'worker stopping' });
  }, 20_000);
});

describe('a store', () => {
  it('that takes long to open costs no heartbeat', async () => {
    const { store } = aFence();
    const thirdBeat = aSignal();
    let beats = 0;
    const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 40 }, { logger });
    environment.on('heartbeat', () => {
      beats += 1;
      if (beats === 3) thirdBeat.give();
    });
    const slow: CheckpointStore<Transaction> = {
      ...store,
      // Opens when it has been waited for, heartbeat by heartbeat: without them, never.
      open: async (session) => {
        await thirdBeat.given;
        return store.open(session);
      },
    };
    const activity = aFencedActivity(slow);

    const running = environment.run(() => activity({ args: {}, from: null }));

    await expect(running).resolves.toMatchObject({ kind: 'completed' });
  });

  it('passes no item over since the connection was lost under the item’s own statement', async () => {
    const pool = aPoolThatLosesAConnection();
    const activity = aFencedActivity(postgresStore({ pool }), {
      onError: skip(),
      eachIteration: async (_item, _args, { transaction }) => {
        await transaction.query('INSERT INTO charges VALUES (1)');
      },
    });

    const running = anEnvironment().run(() => activity({ args: {}, from: null }));

    await expect(running).rejects.toMatchObject({ type: 'StoreOutageError', nonRetryable: false });
  });

  it('that fences lets a zombie complete nothing: one that wakes after its last item’s commit calls no hook', async () => {
    const calls: string[] = [];
    const asleep = aSignal();
    const woken = aSignal();
    const { store } = aFence();
    const activity = aFencedActivity(store, {
      aroundIterate: async (iterate) => {
        await iterate();
        if (calls.length > 0) return;
        calls.push('asleep');
        asleep.give();
        await woken.given;
      },
      onShutdown: async (reason) => void calls.push(reason),
      onComplete: async () => void calls.push('complete'),
    });

    const zombie = anEnvironment().run(() => activity({ args: {}, from: null }));
    await asleep.given;
    await anEnvironment({ attempt: 2 }).run(() => activity({ args: {}, from: null }));
    woken.give();

    await expect(zombie).rejects.toMatchObject({ name: 'FenceLostError' });
    expect(calls).toEqual(['asleep', 'exhausted', 'complete']);
  });

  it('keeps a run’s progress before onComplete begins, which may take long and be lost', async () => {
    const { store } = aFence();
    const kept: unknown[] = [];
    const watched: CheckpointStore<Transaction> = {
      ...store,
      open: async (options) => {
        const session = await store.open(options);
        const flush = (checkpoint: Checkpoint) => {
          kept.push(checkpoint.cursor);
          return session.flush(checkpoint);
        };
        return { ...session, flush };
      },
    };
    const beforeComplete: unknown[] = [];
    const activity = aFencedActivity(watched, {
      onComplete: async () => void beforeComplete.push(...kept),
    });

    await anEnvironment().run(() => activity({ args: {}, from: null }));

    expect(beforeComplete).toEqual([9]);
  });

  it('knows each Activity by an epoch of its own, also one that was killed before its first item', async () => {
    const run = aFencedRun();

    await run.killed({ after: 2 });
    await run.interruptedAfter(1);
    await run.killed({ after: 0 });

    expect(await run.toTheEnd()).toMatchObject({ ending: 'exhausted' });
    expect(run.revisits).toBe(0);
  });
});

/** Its connection goes away under the first charge: pg tells its listeners, and then fails the statement. */
function aPoolThatLosesAConnection() {
  const lost = new Error('Connection terminated unexpectedly');
  let tell: (error: Error) => void = () => undefined;
  let charges = 0;
  const client: PostgresClient = {
    on: (_, listener) => {
      tell = listener;
    },
    removeListener: () => undefined,
    release: () => undefined,
    query: async ({ text }) => {
      if (text.startsWith('INSERT INTO charges')) {
        charges += 1;
        if (charges === 1) {
          tell(lost);
          throw lost;
        }
      }
      const claimed = '[{"sequence":"-1","checkpoint":null,"qualified":"public.checkpoints"}]';
      return { rows: JSON.parse(text.includes('RETURNING sequence') ? claimed : '[]'), rowCount: 1 };
    },
  };
  return { connect: async () => client };
}

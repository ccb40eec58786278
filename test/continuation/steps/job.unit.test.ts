import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { type Batch, type BatchStart, noCounts } from '../../../src/continuation/checkpoint.js';
import { interrupting } from '../../../src/continuation/steps/continuation.js';
import type { Job } from '../../../src/continuation/steps/job.js';
import type { Step } from '../../../src/continuation/steps/step.js';
import { aBatch, throughJson } from '../some-checkpoints.js';
import { execute } from './an-execution.js';

const failure = (type: string, message = '') => ({
  type,
  nonRetryable: true,
  message: expect.stringContaining(message),
});

/** Runs the body once more, from where the execution before was interrupted. */
async function executeAfter(
  before: Awaited<ReturnType<typeof execute>>,
  body: (job: Job) => Promise<unknown>,
) {
  return execute(body, { carried: throughJson(before.ledger.carry()) });
}

/** Interrupts a run at the first checkpoint of this step. */
const during = (step: string) => ({ carried: interrupting({ kind: 'during', step }) });

describe('a step’s cursor', () => {
  it('is null before anything was set', async () => {
    const { end } = await execute((job) => job.step('walk', async (step) => step.cursor));

    expect(end).toEqual({ kind: 'ended', value: null });
  });

  it('is its start before anything was set', async () => {
    const { end } = await execute((job) => job.step('walk', { start: 7 }, async (step) => step.cursor));

    expect(end).toEqual({ kind: 'ended', value: 7 });
  });

  it.each<[string, Parameters<Step<bigint | Date | readonly bigint[]>['set']>[0]]>([
    ['a bigint', 9_007_199_254_740_993n],
    ['a Date', new Date('1997-01-18T09:00:00.001Z')],
    ['bigints in an array', [1n, 2n]],
  ])('comes back exactly in the next execution: %s', async (_, cursor) => {
    const walk = (job: Job) =>
      job.step('walk', async (step: Step<bigint | Date | readonly bigint[]>) => {
        if (step.cursor === null) await step.set(cursor);
        return { seen: step.cursor };
      });
    const before = await execute(walk, during('walk'));

    const { end } = await executeAfter(before, walk);

    expect(end).toEqual({ kind: 'ended', value: { seen: cursor } });
  });

  it('is handed out deeply frozen', async () => {
    const { end } = await execute((job) =>
      job.step('walk', { start: { ids: [1] } }, async ({ cursor }) => [
        Object.isFrozen(cursor),
        Object.isFrozen(cursor.ids),
      ]),
    );

    expect(end).toEqual({ kind: 'ended', value: [true, true] });
  });

  it('that is too large fails the run with its size', async () => {
    const { failure: failed } = await execute((job) =>
      job.step('walk', (step: Step<string>) => step.set('x'.repeat(20_000))),
    );

    expect(failed).toMatchObject(failure('CursorTooLargeError', '20002 bytes'));
  });

  it('that is a refused start fails the run with its path', async () => {
    const { failure: failed } = await execute((job) =>
      job.step('walk', { start: { at: Number.NaN } }, async () => 'not reached'),
    );

    expect(failed).toMatchObject(failure('InvalidCursorError', 'cursor.at is NaN'));
  });
});

describe('a cursor that is changed in place', () => {
  const position = () => ({ page: 1, ids: [1] });

  it.each<[string, (step: Step<ReturnType<typeof position>>) => Promise<void>]>([
    ['checkpoint', (step) => step.checkpoint()],
    ['record', (step) => step.record(aBatch({ cursor: { page: 9 } }))],
    ['another set', (step) => step.set({ page: 9, ids: [] })],
    ['the step’s end', async () => undefined],
  ])('after it was set fails the run by the step’s name, seen at %s', async (_, look) => {
    const { failure: failed } = await execute((job) =>
      job.step('walk', async (step: Step<ReturnType<typeof position>>) => {
        const cursor = position();
        await step.set(cursor);
        cursor.ids.push(2);
        await look(step);
      }),
    );

    expect(failed).toMatchObject(
      failure('InvalidCursorError', "Step 'walk' changed its cursor in place, which no checkpoint sees"),
    );
    expect(failed).toHaveProperty('message', expect.stringContaining('Call step.set'));
  });

  it('after it was set fails the run where it is advanced from there', async () => {
    const next = ({ id }: { readonly id: number }) => ({ id: id + 1 });
    const { failure: failed } = await execute((job) =>
      job.step('walk', { start: { id: 0 }, next }, async (step) => {
        const cursor = { id: 1 };
        await step.set(cursor);
        cursor.id = 500;
        await step.advance();
      }),
    );

    expect(failed).toMatchObject(failure('InvalidCursorError', "Step 'walk' changed its cursor in place"));
  });

  it('where it can’t be frozen, as a Date, fails the run as well', async () => {
    const { failure: failed } = await execute((job) =>
      job.step('walk', { start: new Date(0) }, async (step) => {
        step.cursor.setFullYear(1997);
        await step.checkpoint();
      }),
    );

    expect(failed).toMatchObject(failure('InvalidCursorError', "Step 'walk' changed its cursor in place"));
  });

  it('and then set is no mistake', async () => {
    const { end, ledger } = await execute((job) =>
      job.step('walk', async (step: Step<ReturnType<typeof position>>) => {
        const cursor = position();
        for (cursor.page = 1; cursor.page <= 3; cursor.page += 1) await step.set(cursor);
        await step.set({ ...cursor });
      }),
    );

    expect(end).toMatchObject({ kind: 'ended' });
    expect(ledger.lastCursor).toEqual({ page: 4, ids: [1] });
  });
});

describe('set', () => {
  it('makes a checkpoint', async () => {
    const { end, ledger } = await execute(
      (job) =>
        job.step('walk', async (step: Step<number>) => {
          await step.set(7);
          await step.set(8);
        }),
      during('walk'),
    );

    expect(end).toEqual({ kind: 'interrupted', reason: 'a test asked' });
    expect(ledger.lastCursor).toBe(7);
  });
});

describe('advance', () => {
  const advanced = async (body: (job: Job) => Promise<unknown>) => {
    const { ledger, failure: failed } = await execute(body);
    return failed ?? ledger.lastCursor;
  };

  it('moves an integer to the next one', async () => {
    expect(await advanced((job) => job.step('walk', { start: 7 }, (step) => step.advance()))).toBe(8);
  });

  it('moves a bigint to the next one, past what a number holds', async () => {
    const start = 9_007_199_254_740_993n;

    expect(await advanced((job) => job.step('walk', { start }, (step) => step.advance()))).toEqual({
      $bigint: '9007199254740994',
    });
  });

  it('goes on from the position that it is given: ids needn’t be contiguous', async () => {
    expect(await advanced((job) => job.step('walk', { start: 0 }, (step) => step.advance(40)))).toBe(41);
  });

  it('asks the step’s own next for other cursors', async () => {
    const next = (day: string) => `${day}+1`;

    expect(
      await advanced((job) => job.step('walk', { start: '1997-01-18', next }, (step) => step.advance())),
    ).toBe('1997-01-18+1');
  });

  it('makes a checkpoint', async () => {
    const walk = (job: Job) => job.step('walk', { start: 0 }, (step) => step.advance());

    const { end } = await execute(walk, during('walk'));

    expect(end).toEqual({ kind: 'interrupted', reason: 'a test asked' });
  });

  it.each<[string, (job: Job) => Promise<unknown>]>([
    ['null (nothing was set yet', (job) => job.step('walk', (step) => step.advance())],
    ['a string', (job) => job.step('walk', { start: 'a' }, (step) => step.advance())],
    ['a fraction', (job) => job.step('walk', { start: 0.5 }, (step) => step.advance())],
    [
      'an integer with no exact next one',
      (job) => job.step('walk', { start: Number.MAX_SAFE_INTEGER }, (step) => step.advance()),
    ],
    ['a Date', (job) => job.step('walk', { start: new Date(0) }, (step) => step.advance())],
    ['an array', (job) => job.step('walk', { start: [1] }, (step) => step.advance())],
    ['an object', (job) => job.step('walk', { start: { id: 1 } }, (step) => step.advance())],
    ['a boolean', (job) => job.step('walk', { start: true }, (step) => step.advance())],
  ])('from a cursor without a next position fails the run and names the type: %s', async (type, body) => {
    expect(await advanced(body)).toMatchObject(
      failure('UnadvanceableCursorError', `a cursor that is ${type}`),
    );
  });
});

describe('a step knows', () => {
  it('whether it was begun before', async () => {
    const walk = (job: Job) =>
      job.step('walk', async (step) => {
        const { resumed } = step;
        await step.checkpoint();
        return resumed;
      });
    const before = await execute(walk, during('walk'));

    const { end, events } = await executeAfter(before, walk);

    expect(before.events).toEqual(['started walk at null']);
    expect(end).toEqual({ kind: 'ended', value: true });
    expect(events).toEqual(['resumed walk at null', 'completed walk at null']);
  });

  it('whether its cursor moved in this execution', async () => {
    const seen: boolean[] = [];
    const walk = (job: Job) =>
      job.step('walk', async (step: Step<number>) => {
        seen.push(step.advanced);
        await step.set((step.cursor ?? 0) + 1);
        seen.push(step.advanced);
      });
    const before = await execute(walk, during('walk'));

    await executeAfter(before, walk);

    expect(seen).toEqual([false, false, true]);
  });
});

describe('a step’s result', () => {
  const kept = { cents: 2_933n, at: new Date('1997-01-18T09:00:00.001Z'), $bigint: 'a key of my own' };

  it('is exact in later executions, bigint and Date too', async () => {
    const body = (seen: unknown[]) => async (job: Job) => {
      seen.push(await job.step('sum', async () => kept));
      await job.step('wait', (step) => step.checkpoint());
    };
    const first: unknown[] = [];
    const later: unknown[] = [];
    const before = await execute(body(first), during('wait'));

    const { events } = await executeAfter(before, body(later));

    expect(events).toContain('skipped sum');
    expect(later).toStrictEqual(first);
    expect(later).toStrictEqual([kept]);
  });

  it('is frozen in the execution that computed it as well: code that changes it fails at its first run', async () => {
    const { end } = await execute(async (job) => Object.isFrozen(await job.step('sum', async () => [1])));

    expect(end).toEqual({ kind: 'ended', value: true });
  });

  it.each([[undefined], [null], [0], ['']])('may be %j, in every execution the same', async (value) => {
    const body = (seen: unknown[]) => async (job: Job) => {
      seen.push(await job.step('find', async () => value));
      await job.step('wait', (step) => step.checkpoint());
    };
    const seen: unknown[] = [];

    const before = await execute(body(seen), during('wait'));
    await executeAfter(before, body(seen));

    expect(seen).toEqual([value, value]);
  });

  it('that JSON can’t carry is refused by its path', async () => {
    const { failure: failed } = await execute((job) => job.step('sum', async () => ({ of: [new Map()] })));

    expect(failed).toMatchObject(failure('InvalidStepError', "the result of step 'sum'.of[0] is a Map"));
  });
});

describe('batches', () => {
  /** Answers with these batches, one after another; keeps what it was handed. */
  function answering(...batches: readonly Partial<Batch<number>>[]) {
    const asked: BatchStart<number>[] = [];
    const left = [...batches];
    const next = async (from: BatchStart<number>): Promise<Batch<number>> => {
      asked.push(from);
      return aBatch({ after: from.cursor, ...left.shift() });
    };
    return { asked, next };
  }

  it('are scheduled after one another’s cursor, under a generation that rises, until one is the last', async () => {
    const { asked, next } = answering({ cursor: 10 }, { cursor: 20 }, { kind: 'finished', cursor: 25 });

    const { ledger } = await execute((job) =>
      job.step('process', (step: Step<number>) => step.batches(next)),
    );

    expect(asked).toEqual([
      { step: 'process', cursor: null, chain: 'first-run-id', generation: 1, since: 1 },
      { step: 'process', cursor: 10, chain: 'first-run-id', generation: 2, since: 2 },
      { step: 'process', cursor: 20, chain: 'first-run-id', generation: 3, since: 3 },
    ]);
    expect(ledger.lastCursor).toBe(25);
  });

  it('that say to wait are waited for, by a timer and before the checkpoint', async () => {
    const { next } = answering({ cursor: 10, waitMs: 1_500 }, { kind: 'finished', cursor: 20, waitMs: 99 });

    const { waits } = await execute((job) => job.step('process', (step: Step<number>) => step.batches(next)));

    expect(waits).toEqual([1_500]);
  });

  it('that were throttled before they did anything are no loop: they may come as often as they like', async () => {
    const throttled = { cursor: null, counts: { processed: 0, failed: 0, revisited: 0 }, waitMs: 100 };
    const often = Array.from({ length: 50 }, () => throttled);
    const { next } = answering(...often, { kind: 'finished', cursor: 1 });

    const { end, waits } = await execute((job) =>
      job.step('process', (step: Step<number>) => step.batches(next)),
    );

    expect(end).toMatchObject({ kind: 'ended' });
    expect(waits).toHaveLength(50);
  });

  it.each<[string, Partial<Batch<number>>]>([
    ['were interrupted', { kind: 'interrupted', cursor: 5 }],
    ['say there is more', { kind: 'advanced', cursor: 5 }],
  ])('without progress fail the run after too many that %s', async (_, stuck) => {
    const { asked, next } = answering({ cursor: 5 }, ...Array.from({ length: 30 }, () => stuck));

    const { failure: failed } = await execute((job) =>
      job.step('process', (step: Step<number>) => step.batches(next)),
    );

    expect(failed).toMatchObject(
      failure('NoProgressError', "Step 'process' was interrupted more than 10 times"),
    );
    expect(asked).toHaveLength(12);
  });

  it('end the run where they were interrupted once more than maxResumptions allows', async () => {
    const { asked, next } = answering(
      { kind: 'interrupted', cursor: 1 },
      { kind: 'interrupted', cursor: 2 },
      { kind: 'interrupted', cursor: 3 },
    );

    const { failure: failed, ledger } = await execute(
      (job) => job.step('process', (step: Step<number>) => step.batches(next)),
      { maxResumptions: 2 },
    );

    expect(failed).toMatchObject(failure('ResumeLimitError', 'resumed 2 times'));
    expect(asked).toHaveLength(3);
    expect(ledger.keep().lastCursor).toBe(3);
  });

  it('end the run where their worker was lost once more than maxResumptions allows', async () => {
    const { next } = answering({ cursor: 1, attempt: 2 }, { cursor: 2, attempt: 3 });

    const { failure: failed } = await execute(
      (job) => job.step('process', (step: Step<number>) => step.batches(next)),
      { maxResumptions: 1 },
    );

    expect(failed).toMatchObject(failure('ResumeLimitError'));
  });

  it.each<[string, Partial<Batch<number>>, { maxResumptions?: number; cancelled?: () => boolean }]>([
    ['that says so meets no limit of resumptions', { reason: 'cancelled' }, { maxResumptions: 0 }],
    ['meets no limit of resumptions', {}, { maxResumptions: 0, cancelled: () => true }],
    ['meets no limit of fruitless ones', { counts: noCounts }, { cancelled: () => true }],
  ])('of a cancelled run: one %s, for the run ends as cancelled', async (_, batch, options) => {
    const stopped = { kind: 'interrupted', cursor: 5, ...batch } as const;
    const { next } = answering(...Array.from({ length: 15 }, () => stopped));
    const scheduling: typeof next = async (from) => {
      if (from.generation > 15) throw new CancelledFailure('The scope was cancelled.');
      return next(from);
    };

    const { end, failure: failed } = await execute(
      (job) => job.step('process', (step: Step<number>) => step.batches(scheduling)),
      options,
    );

    expect(failed).toBeNull();
    expect(end).toMatchObject({ kind: 'threw', error: { name: 'CancelledFailure' } });
  });

  it('that clean up after a cancellation and get nowhere fail the run: they would go on for ever', async () => {
    const stuck = Array.from({ length: 30 }, () => ({ counts: noCounts }));
    const { asked, next } = answering(...stuck, { kind: 'finished' });

    const { failure: failed } = await execute(
      (job) => job.step('undo', (step: Step<number>) => step.batches(next)),
      { cancelled: () => true, cleaningUp: () => true },
    );

    expect(failed).toMatchObject(failure('NoProgressError', "Step 'undo' was interrupted"));
    expect(asked).toHaveLength(11);
  });

  it.each<[string, Batch<number>['cursor']]>([
    ['is too large', 'x'.repeat(20_000)],
    ['is no encoding', { $page: 3 }],
    ['is an encoding of nothing', { $bigint: 'many' }],
  ])('fail the run by the step’s name where the cursor that one reports %s', async (_, cursor) => {
    const { next } = answering({ cursor });

    const { failure: failed } = await execute((job) =>
      job.step('process', (step: Step<number>) => step.batches(next)),
    );

    expect(failed).toMatchObject(
      failure('InvalidCursorError', "A batch of step 'process' reports the cursor"),
    );
  });

  it('are not scheduled any more in a run that is interrupted', async () => {
    const { asked, next } = answering({ cursor: 1 });

    await execute(
      (job) =>
        job.step('process', async (step: Step<number>) => {
          void step.set(1);
          await step.batches(next);
        }),
      { stop: () => true },
    );

    expect(asked).toEqual([]);
  });
});

describe('checkpoints', () => {
  const names = ['count', 'process', 'report'];
  const threeSteps = async (job: Job) => {
    for (const name of names) await job.step(name, async () => undefined);
  };

  it('are made before each step but the first of an execution, and not after the last', async () => {
    let asked = 0;

    await execute(threeSteps, {
      stop: () => {
        asked += 1;
        return false;
      },
    });

    expect(asked).toBe(2);
  });

  it('without progress stop nothing', async () => {
    const { end } = await execute((job) => job.step('turn', (step) => step.checkpoint()), {
      stop: () => true,
    });

    expect(end).toMatchObject({ kind: 'ended' });
  });
});

describe('an isolated step', () => {
  it('runs in an execution of its own, and so does what comes after it', async () => {
    const threeSteps = async (job: Job) => {
      await job.step('count', async () => undefined);
      await job.step('export', { isolated: true }, async () => undefined);
      await job.step('report', async () => undefined);
    };

    const first = await execute(threeSteps);
    const second = await executeAfter(first, threeSteps);
    const third = await executeAfter(second, threeSteps);

    const ends = [first, second, third].map(({ end, events }) => ({ end: end.kind, events }));
    expect(ends).toEqual([
      { end: 'interrupted', events: ['started count at null', 'completed count at null'] },
      {
        end: 'interrupted',
        events: ['skipped count', 'started export at null', 'completed export at null'],
      },
      {
        end: 'ended',
        events: ['skipped count', 'skipped export', 'started report at null', 'completed report at null'],
      },
    ]);
    expect(first.end).toMatchObject({ reason: 'isolated step' });
  });
});

const declined = ApplicationFailure.create({ type: 'CardDeclined', message: 'declined' });

describe('a step whose error the job caught', () => {
  it('may be called again, and goes on at its cursor', async () => {
    const { end, events } = await execute(async (job) => {
      const walk = () =>
        job.step('walk', async (step: Step<number>) => {
          if (!step.resumed) {
            await step.set(23);
            throw declined;
          }
          return step.cursor;
        });
      return walk().catch(walk);
    });

    expect(end).toEqual({ kind: 'ended', value: 23 });
    expect(events).toEqual([
      'started walk at null',
      'failed walk at 23',
      'resumed walk at 23',
      'completed walk at 23',
    ]);
  });

  it.each<[string, (job: Job) => Promise<unknown>]>([
    ['another step started', (job) => job.step('report', async () => 'as if nothing had been')],
    ['the job ended', async () => 'as if nothing had been'],
  ])('is not passed over silently: where %s instead, the run fails by its name', async (_, goOn) => {
    const {
      end,
      failure: failed,
      ledger,
    } = await execute(async (job) => {
      await job.step('walk', () => Promise.reject(declined)).catch(() => undefined);
      return goOn(job);
    });

    const problem = "after step 'walk' failed and was not completed";
    if (end.kind === 'ended') expect(ledger.problemAtEnd()).toContain(problem);
    else expect(failed).toMatchObject(failure('InvalidStepError', problem));
  });
});

describe('an error that the job catches, to call the step again', () => {
  const calledAgain = (thrown: () => Error) => async (job: Job) => {
    for (;;) {
      try {
        return await job.step('walk', () => Promise.reject(thrown()));
      } catch (error) {
        if (error instanceof ApplicationFailure && error.type !== 'CardDeclined') throw error;
      }
    }
  };

  it('ends the run when it came as often as the same error may come at one place', async () => {
    const { failure: failed, events } = await execute(calledAgain(() => declined));

    expect(events.filter((event) => event.startsWith('failed'))).toHaveLength(5);
    expect(failed).toMatchObject(
      failure('SameErrorAtSameCursor', "The same error came 5 times in step 'walk' before its first cursor"),
    );
  });

  it('ends the run also where it says another thing each time, and is no Temporal failure', async () => {
    let times = 0;
    const another = () => {
      times += 1;
      return new Error(`request ${times} failed`);
    };

    const { failure: failed } = await execute(calledAgain(another));

    expect(times).toBe(20);
    expect(failed).toMatchObject(failure('NoProgressError', '20 errors came in a row'));
  });

  it('is forgotten where the step got further', async () => {
    const { end } = await execute(async (job) => {
      for (;;) {
        try {
          return await job.step('walk', { start: 0 }, async (step) => {
            if (step.cursor === 30) return step.cursor;
            await step.advance();
            throw declined;
          });
        } catch (error) {
          if (error !== declined) throw error;
        }
      }
    });

    expect(end).toEqual({ kind: 'ended', value: 30 });
  });
});

describe('in a cancelled run', () => {
  it('a step without a place in the run’s order cleans up, and nothing of it is kept', async () => {
    let cancelled = false;
    const undone: string[] = [];

    const { failure: failed, ledger } = await execute(
      async (job) => {
        try {
          await job.step('walk', async (step: Step<number>) => {
            await step.set(23);
            cancelled = true;
            throw new CancelledFailure('The run was cancelled.');
          });
        } catch {
          await job.step('undo', async () => undone.push('undo'));
          await job.step('tell', async () => undone.push('tell'));
        }
      },
      { cancelled: () => cancelled },
    );

    expect(failed).toBeNull();
    expect(undone).toEqual(['undo', 'tell']);
    expect(ledger.keep()).toMatchObject({ completed: [], current: { name: 'walk', cursor: 23 } });
  });

  const cancellation = () => new CancelledFailure('The run was cancelled.');
  const one = { processed: 1, failed: 0, revisited: 0 };

  /** Selects, is cancelled in its walk at 23, and then does what the test says; the walk itself goes on to its end. */
  function cancelledAt23(
    then: (job: Job, steps: { walk(): Promise<unknown>; select(): Promise<number> }) => unknown,
  ) {
    let cancelled = false;
    const done: string[] = [];
    const body = async (job: Job) => {
      const select = () => job.step('select', async () => done.push('select'));
      const walk = () =>
        job.step('walk', { start: 22 }, async (step) => {
          done.push(`walk from ${step.cursor}`);
          await step.set(23);
          if (cancelled) return job.count(one);
          cancelled = true;
          throw cancellation();
        });
      await select();
      await walk().catch(() => then(job, { walk, select }));
    };
    return execute(body, { cancelled: () => cancelled }).then((execution) => ({ ...execution, done }));
  }

  it('the interrupted step may be called after one that cleaned up: it goes on at its cursor', async () => {
    const {
      failure: failed,
      ledger,
      done,
    } = await cancelledAt23(async (job, { walk }) => {
      await job.step('undo', async () => job.count(one));
      await walk();
    });

    expect(failed).toBeNull();
    expect(done).toEqual(['select', 'walk from 22', 'walk from 23']);
    expect(ledger.keep()).toMatchObject({
      completed: [{ name: 'select' }, { name: 'walk' }],
      // The walk's own, and none of what cleaned up.
      counts: { processed: 1 },
    });
  });

  it('a step that cleaned up returns its result where it is called again, and so does one of the run’s own', async () => {
    const results: unknown[] = [];

    const { failure: failed, done } = await cancelledAt23(async (job, { select }) => {
      const undo = () => job.step('undo', async () => ({ undone: results.length }));
      for (const step of [undo, undo, select]) results.push(await step());
    });

    expect(failed).toBeNull();
    expect(results).toEqual([{ undone: 0 }, { undone: 0 }, 1]);
    expect(done).toEqual(['select', 'walk from 22']);
  });

  it('a step that cleans up and failed may be called again, and goes on at its cursor', async () => {
    const cursors: (number | null)[] = [];

    await cancelledAt23(async (job) => {
      const undo = () =>
        job.step('undo', async (step: Step<number>) => {
          cursors.push(step.cursor);
          await step.set(7);
          if (cursors.length === 1) throw declined;
        });
      await undo().catch(undo);
    });

    expect(cursors).toEqual([null, 7]);
  });

  it('the interrupted step is not begun anew within itself: the run ends', async () => {
    const { failure: failed, done } = await cancelledAt23(async (job, { walk }) => {
      await job.step('walk', async () => walk());
    });

    expect(failed).toMatchObject(failure('InvalidStepError', "step 'walk' is nested in step 'walk'"));
    expect(done).toEqual(['select', 'walk from 22']);
  });
});

describe('counts', () => {
  const one = { processed: 1, failed: 0, revisited: 0 };

  it('count with the cursor’s next move, or at the step’s end', async () => {
    const { ledger } = await execute((job) =>
      job.step('walk', async (step: Step<number>) => {
        job.count(one);
        await step.set(1);
        job.count(one);
      }),
    );

    expect(ledger.progress().counts.processed).toBe(2);
  });

  it('are dropped where the step fails before that: they come again', async () => {
    let tries = 0;
    const { ledger } = await execute((job) => {
      const mail = () =>
        job.step('mail', async () => {
          job.count(one);
          tries += 1;
          if (tries === 1) throw declined;
        });
      return mail().catch(mail);
    });

    expect(ledger.progress().counts).toEqual(one);
  });

  it('are dropped where the run is interrupted before that', async () => {
    const { ledger } = await execute(
      (job) =>
        job.step('walk', async (step: Step<number>) => {
          job.count(one);
          await step.checkpoint();
        }),
      during('walk'),
    );

    expect(ledger.carry().counts).toEqual(noCounts);
  });

  it('outside of a step fail the run: that code runs again in every execution', async () => {
    const { failure: failed } = await execute(async (job) => job.count(one));

    expect(failed).toMatchObject(failure('InvalidStepError', 'count was called outside of a step'));
  });
});

describe('results', () => {
  it('that are too large to be carried along fail the run by the step’s name, and its progress is kept', async () => {
    const { failure: failed, ledger } = await execute(async (job) => {
      await job.step('count', async () => 61);
      await job.step('read', async () => 'x'.repeat(600_000));
    });

    expect(failed).toMatchObject(
      failure(
        'ResultTooLargeError',
        "the result of step 'read' has 600002 bytes as JSON, and may have 524288",
      ),
    );
    expect(ledger.keep()).toMatchObject({
      completed: [{ name: 'count', result: 61 }],
      current: { name: 'read' },
    });
  });

  it('that are too large together fail the run by the last step’s name, over its executions', async () => {
    const body = async (job: Job) => {
      for (const name of ['a', 'b', 'c']) {
        await job.step(name, async () => 'x'.repeat(400_000));
        await job.step(`after ${name}`, (step) => step.checkpoint());
      }
    };
    const before = await execute(body, { carried: interrupting({ kind: 'after', step: 'b' }) });

    const { failure: failed } = await executeAfter(before, body);

    expect(failed).toMatchObject(
      failure(
        'ResultTooLargeError',
        "the result of step 'c' has 400002 bytes as JSON, which with the 800004",
      ),
    );
  });
});

describe('a step that is called twice', () => {
  it('is refused by its name also where another one came between', async () => {
    const { failure: failed } = await execute(async (job) => {
      for (const name of ['a', 'b', 'a']) await job.step(name, async () => undefined);
    });

    expect(failed).toMatchObject(failure('InvalidStepError', "step 'a' is called twice"));
  });
});

describe('what the library fails a run for', () => {
  it('can’t be swallowed: each later step fails with the same', async () => {
    const {
      end,
      failure: failed,
      events,
    } = await execute(async (job) => {
      await job.step('walk', (step) => step.advance()).catch(() => undefined);
      await job.step('walk', async () => undefined);
    });

    expect(failed).toMatchObject(failure('UnadvanceableCursorError'));
    expect(end).toEqual({ kind: 'threw', error: failed });
    expect(events.filter((event) => event.startsWith('completed'))).toEqual([]);
  });

  it('stands also where the job swallows it and ends', async () => {
    const { failure: failed } = await execute(async (job) => {
      await job.step('walk', (step) => step.advance().catch(() => undefined));
    });

    expect(failed).toMatchObject(failure('UnadvanceableCursorError'));
  });
});

describe('steps at the same time', () => {
  it('fail the run by both names', async () => {
    const { failure: failed } = await execute((job) =>
      Promise.all(['count', 'process'].map((name) => job.step(name, async () => name))),
    );

    expect(failed).toMatchObject(
      failure(
        'InvalidStepError',
        "step 'process' is nested in step 'count', or called while that one still runs",
      ),
    );
  });

  it('can’t share a cursor: a step that has ended moves nothing any more', async () => {
    const { failure: failed, ledger } = await execute(async (job) => {
      let leftBehind: Step<number> | null = null;
      await job.step('count', async (step: Step<number>) => {
        leftBehind = step;
      });
      await job.step('process', () => (leftBehind ?? fail()).set(99));
    });

    expect(failed).toMatchObject(
      failure('InvalidStepError', "step 'count' was used after its body had ended"),
    );
    expect(ledger.lastCursor).toBeNull();
  });
});

function fail(): never {
  throw new Error('The step before was not met.');
}

describe('a planned interruption', () => {
  it('stops the run once during the step, at the cursor, and after the step', async () => {
    const walk = async (job: Job) => {
      await job.step('count', { start: 0 }, async (step) => {
        while (step.cursor < 3) await step.advance();
      });
      await job.step('report', async () => undefined);
    };

    const first = await execute(walk, {
      carried: interrupting({ kind: 'during', step: 'count', at: 2 }, { kind: 'after', step: 'count' }),
    });
    const second = await executeAfter(first, walk);
    const third = await executeAfter(second, walk);

    expect([first, second, third].map(({ end }) => end.kind)).toEqual([
      'interrupted',
      'interrupted',
      'ended',
    ]);
    expect(first.ledger.lastCursor).toBe(2);
    expect(second.events).toEqual(['resumed count at 2', 'completed count at 3']);
    expect(third.events).toContain('started report at null');
  });
});

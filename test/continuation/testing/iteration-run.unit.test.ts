import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { abort, enumerator, iteration } from '../../../src/continuation/iteration/index.js';
import { iterationRun } from '../../../src/continuation/testing/index.js';

const items = 10;
const numbers = enumerator<number, number>(async function* (cursor) {
  for (let item = (cursor ?? -1) + 1; item < items; item += 1) yield { item, cursor: item };
});
const options = { logger: new DefaultLogger('ERROR', () => undefined) };

/** A run over the items 0 to 9 that keeps which were done. */
function aRun(eachIteration: (item: number) => Promise<void> = async () => undefined) {
  const done: number[] = [];
  const activity = iteration({
    buildEnumerator: (_args: object) => numbers,
    async eachIteration(item: number) {
      await eachIteration(item);
      done.push(item);
    },
  });
  return { run: iterationRun(activity, {}, options), done };
}

describe('a run played in a test', () => {
  it('does exactly as many items as asked for, and is interrupted with its exact cursor', async () => {
    const { run, done } = aRun();

    const outcome = await run.exactly(3);

    expect(done).toEqual([0, 1, 2]);
    expect(outcome).toMatchObject({ kind: 'interrupted', checkpoint: { cursor: 2 } });
  });

  it('does one item, and goes on after it', async () => {
    const { run, done } = aRun();

    await run.once();
    await run.once();

    expect(done).toEqual([0, 1]);
  });

  it('goes on to its end, with nothing done again', async () => {
    const { run, done } = aRun();
    await run.exactly(4);

    const end = await run.toTheEnd();

    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(end.checkpoint.resumptionCount).toBe(1);
    expect(run.revisits).toBe(0);
  });

  it('on a worker that is stopping does one item', async () => {
    const { run, done } = aRun();

    await run.stopping();

    expect(done).toEqual([0]);
  });

  it('killed without a flush meets again what it had done, and counts it', async () => {
    const { run, done } = aRun();
    await run.exactly(4);

    await run.killed({ after: 2 });
    await run.toTheEnd();

    expect(done).toEqual([0, 1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 9]);
    expect(run.revisits).toBe(2);
    expect(run.visits.get('4')).toBe(2);
  });

  it('may be killed before its first item', async () => {
    const { run } = aRun();

    await run.killed({ after: 0 });
    const end = await run.toTheEnd();

    expect(end.checkpoint.resumptions).toMatchObject([{ resumedAfter: null, attempt: 2 }]);
  });

  it('goes on at the failed item after an error', async () => {
    let failures = 1;
    const { run, done } = aRun(async (item) => {
      if (item === 4 && failures-- > 0) throw new Error('refused');
    });

    await expect(run.execution()).rejects.toThrow('refused');
    await run.toTheEnd();

    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('passes the waits of a throttled run at once', async () => {
    let waits = 2;
    const activity = iteration({
      buildEnumerator: (_args: object) => numbers,
      eachIteration: async (item: number) =>
        item === 4 && waits-- > 0 ? abort.retry({ afterMs: 3_600_000 }) : undefined,
    });
    const run = iterationRun(activity, {}, options);

    expect(await run.toTheEnd()).toMatchObject({ ending: 'exhausted', checkpoint: { resumptionCount: 0 } });
  });

  it('says so where it ended before as many items were done, or before it could be killed', async () => {
    await expect(aRun().run.exactly(11)).rejects.toThrow(
      'The execution ended (completed) after 10 items, not 11.',
    );
    await expect(aRun().run.killed({ after: 11 })).rejects.toThrow(
      'The execution was to be killed, and ended by itself (completed)',
    );
  });

  it('says so where it never ends, instead of hanging', async () => {
    const activity = iteration({
      buildEnumerator: (_args: object) => numbers,
      eachIteration: async () => abort.retry({ afterMs: 1 }),
    });
    const run = iterationRun(activity, {}, { ...options, mostExecutions: 5 });

    await expect(run.toTheEnd()).rejects.toThrow('not at its end after 5 executions');
  });
});

/** The chapters of examples/ that are Workflows: in the time-skipping environment, interrupted and killed on the way. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { readRun } from 'leftoff/inspection';
import { activityFaults, interrupting, type PlannedEnd } from 'leftoff/testing';
import { describe, expect, it } from 'vitest';
import { letterActivities } from '../../examples/01-first-iteration/activities.js';
import { type Books, billingActivities, type Month } from '../../examples/02-steps/activities.js';
import { deliverAgain } from '../../examples/04-errors/start-again.js';
import { closeForTheNight, openAgain } from '../../examples/06-stopping/close-for-the-night.js';
import type { RunResult } from '../../src/continuation/checkpoint.js';
import { ownTimeSkipping } from '../workflows/own-time-skipping.js';
import { taskQueue } from '../workflows/time-skipping.js';

const server = ownTimeSkipping('../../examples/workflows.ts');

async function run(
  workflow: string,
  args: readonly unknown[],
  activities: object,
  { plans = [], activityType }: { plans?: readonly PlannedEnd[]; activityType?: string } = {},
) {
  const faults = activityFaults(plans, activityType === undefined ? {} : { activityType });
  await server.startWorker(activities, { interceptors: { activity: [faults.interceptor] } });
  const result: Promise<RunResult> = server.environment.client.workflow.execute(workflow, {
    taskQueue,
    workflowId: randomUUID(),
    args: [...args],
    workflowTaskTimeout: '1 second',
  });
  return { result: await result, faults };
}

describe('chapter 1, a first iteration', () => {
  it('goes on after its worker was told to stop, and sends no letter twice', async () => {
    const sent: string[] = [];
    const activities = letterActivities({ send: async (customer) => void sent.push(customer) });
    const letters = { customers: ['ada', 'bob', 'cleo'] };

    const { result } = await run('sendLetters', [letters], activities, { plans: [{ stopAfter: 1 }] });

    expect(sent).toEqual(letters.customers);
    expect(result.resumptions).toMatchObject([{ resumedAfter: 0, source: 'history' }]);
  });
});

describe('chapter 2, steps', () => {
  const january: Month = { name: 'January', days: 3 };
  const wholeMonth = {
    counted: 1,
    billed: Array.from({ length: 25 }, (_, customer) => customer),
    closed: [1, 2, 3],
    archived: [null, 'b', 'c'],
    published: ['January'],
  };

  function someBooks() {
    const done = {
      counted: 0,
      billed: [] as number[],
      closed: [] as number[],
      archived: [] as (string | null)[],
      published: [] as string[],
    };
    const next = new Map<string | null, string>([
      [null, 'b'],
      ['b', 'c'],
    ]);
    const books: Books = {
      customers: async () => 25,
      bill: async (customer) => void done.billed.push(customer),
      close: async (day) => void done.closed.push(day),
      archive: async (page) => {
        done.archived.push(page);
        return next.get(page) ?? null;
      },
      publish: async ({ name }) => {
        done.published.push(name);
        return `${name} is out`;
      },
    };
    const { countCustomers, ...others } = billingActivities(books);
    const counting: typeof countCustomers = (month) => {
      done.counted += 1;
      return countCustomers(month);
    };
    return { done, activities: { ...others, countCustomers: counting } };
  }

  it('does each step once and in order, the last one in an execution of its own', async () => {
    const { done, activities } = someBooks();

    const { result } = await run('billMonth', [january], activities);

    expect(done).toEqual(wholeMonth);
    expect(result).toMatchObject({ result: 'January is out', total: 25, executions: 2 });
  });

  it('does nothing twice, interrupted in the middle of steps and between them', async () => {
    const { done, activities } = someBooks();
    const interrupted = interrupting(
      { kind: 'after', step: 'count' },
      { kind: 'during', step: 'bill', at: 9 },
      { kind: 'during', step: 'close', at: 2 },
      { kind: 'during', step: 'archive', at: 'c' },
    );

    const { result } = await run('billMonth', [january, interrupted], activities);

    expect(done).toEqual(wholeMonth);
    expect(result).toMatchObject({ result: 'January is out', executions: 6 });
  });

  it('bills nobody twice whose worker was told to stop in the middle of a batch', async () => {
    const { done, activities } = someBooks();
    const faults = { plans: [{ stopAfter: 4 }], activityType: 'billBatch' };

    const { result } = await run('billMonth', [january], activities, faults);

    expect(done).toEqual(wholeMonth);
    expect(result.resumptions).toMatchObject([{ resumedAfter: 3, source: 'history' }]);
  });
});

describe('chapter 4, errors of a job in steps', () => {
  const delivering = (answer: (stop: number, time: number) => Error | null) => {
    const tries: number[] = [];
    const deliver = async (stop: number) => {
      tries.push(stop);
      const error = answer(stop, tries.filter((tried) => tried === stop).length);
      if (error !== null) throw error;
    };
    return { tries, activities: { deliver } };
  };

  it('resumes with its progress, at the stop that failed', async () => {
    const { tries, activities } = delivering((stop, time) =>
      stop === 2 && time === 1 ? new Error('flat tyre') : null,
    );

    const { result } = await run('deliverAll', [3], activities);

    expect(tries).toEqual([1, 2, 2, 3]);
    expect(result).toMatchObject({ executions: 2, resumptionCount: 1 });
  });

  it('starts over where the job says that what was done counts for nothing', async () => {
    const { tries, activities } = delivering((stop, time) =>
      stop === 2 && time === 1 ? ApplicationFailure.create({ type: 'RouteChanged' }) : null,
    );

    await run('deliverAll', [3], activities);

    expect(tries).toEqual([1, 2, 1, 2, 3]);
  });

  it('fails at the same error’s fifth time at the same stop, and keeps its cursor', async () => {
    const { tries, activities } = delivering((stop) => (stop === 2 ? new Error('nobody there') : null));

    const failure = await run('deliverAll', [3], activities).catch((error: unknown) => error);

    expect(tries).toEqual([1, 2, 2, 2, 2, 2]);
    expect(failure instanceof WorkflowFailedError && failure.cause).toMatchObject({
      type: 'SameErrorAtSameCursor',
      details: [{ current: { name: 'deliver', cursor: 2 } }],
    });
  });

  it('goes on at the stop that failed where it is started again with what it kept', async () => {
    let mended = false;
    const { tries, activities } = delivering((stop) => (stop === 2 && !mended ? new Error('closed') : null));
    await server.startWorker(activities, { taskQueue: 'deliveries' });
    const { client } = server.environment;
    const workflowId = randomUUID();
    const start = { taskQueue: 'deliveries', workflowId, args: [3] };
    await client.workflow.execute('deliverAll', start).catch(() => undefined);
    mended = true;

    await deliverAgain(client, workflowId);

    expect(tries).toEqual([1, 2, 2, 2, 2, 2, 2, 3]);
  });

  it('is not started again where it did not fail', async () => {
    const { activities } = delivering(() => null);
    await server.startWorker(activities);
    const { client } = server.environment;
    const workflowId = randomUUID();
    await client.workflow.execute('deliverAll', { taskQueue, workflowId, args: [1] });

    await expect(deliverAgain(client, workflowId)).rejects.toThrow('has completed');
  });
});

describe('chapter 6, stopping', () => {
  it('stands still for a night, with the letter in hand sent, and goes on at the next one', async () => {
    const sent: string[] = [];
    let sending = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      sending = resolve;
    });
    const { client } = server.environment;
    const workflowId = randomUUID();
    const activities = letterActivities({
      send: async (customer) => {
        sending();
        if (sent.length === 0) await untilStopping();
        sent.push(customer);
      },
    });
    await server.startWorker(activities);
    const letters = { customers: ['ada', 'bob', 'cleo'] };
    await client.workflow.start('sendLetters', { taskQueue, workflowId, args: [letters] });
    await first;

    const said = await closeForTheNight(client, workflowId);
    await expect
      .poll(async () => (await readRun(client, workflowId)).state, { timeout: 20_000 })
      .toBe('paused');
    await server.environment.sleep('8 hours');
    const sentByMorning = [...sent];
    await openAgain(client, workflowId);
    await client.workflow.getHandle(workflowId).result();

    expect(said).toBe(`${workflowId} is pausing`);
    expect(sentByMorning).toEqual(['ada']);
    expect(sent).toEqual(letters.customers);
    expect(await closeForTheNight(client, workflowId)).toBe(`${workflowId} has completed already`);
  });
});

function untilStopping(): Promise<void> {
  const { cancellationSignal } = Context.current();
  return new Promise((resolve) =>
    cancellationSignal.addEventListener('abort', () => resolve(), { once: true }),
  );
}

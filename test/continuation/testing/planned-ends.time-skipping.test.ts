/** What becomes of the ends that a test has planned for a real Worker's Activities, and what it is told of them. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fail, iteration, times } from '../../../src/continuation/iteration/index.js';
import { activityFaults, killHere, type PlannedEnd } from '../../../src/continuation/testing/index.js';
import {
  type RunningTestWorker,
  type TimeSkipping,
  taskQueue,
  timeSkipping,
} from '../../workflows/time-skipping.js';
import { walkActivities } from './walk-activities.js';

let server: TimeSkipping;
const workers: RunningTestWorker[] = [];

beforeAll(async () => {
  server = await timeSkipping('../continuation/testing/walks.ts');
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});

afterAll(async () => {
  await server?.tearDown();
});

/** A walk from 1 to 4; a batch of the step pattern has all four. */
const upTo = 4;

async function walk(
  workflow: 'walkByEnumerator' | 'walkInSteps' | 'walkTwiceInSteps',
  plans: readonly PlannedEnd[],
  change: (activities: ReturnType<typeof walkActivities>) => object = (activities) => activities,
) {
  const faults = activityFaults(plans);
  const events: string[] = [];
  const activities = change(walkActivities((event) => events.push(event)));
  workers.push(await server.startWorker(activities, { interceptors: { activity: [faults.interceptor] } }));
  const workflowId = randomUUID();
  await server.environment.client.workflow.execute(workflow, {
    taskQueue,
    workflowId,
    args: [{ upTo }],
    workflowTaskTimeout: '1 second',
  });
  return { faults, events, workflowId };
}

describe('planned ends that were met', () => {
  it('are a stop that interrupted and a kill that killed, in either pattern', async () => {
    const { faults } = await walk('walkInSteps', [{ stopAfter: 1 }, { killAfter: 1 }]);

    expect(faults.unmet).toEqual([]);
    expect(() => faults.assertMet()).not.toThrow();
  });

  it.each(['walkByEnumerator', 'walkInSteps'] as const)(
    'abort the signal that an item of %s is handed, where its worker is stopping from the start',
    async (workflow) => {
      const { events, faults } = await walk(workflow, [{ stopAfter: 0 }]);

      expect(events.filter((event) => event !== 'interrupted' && event !== 'exhausted')).toEqual([
        '1 while stopping',
        '2',
        '3',
        '4',
      ]);
      faults.assertMet();
    },
  );
});

describe('an item that heeds a planned stop', () => {
  it('is cut short and not at fault: the next execution does it', async () => {
    const { faults, workflowId } = await walk('walkByEnumerator', [{ stopAfter: 0 }], (activities) => ({
      ...activities,
      walk: iteration({
        buildEnumerator: (_args: object) => times(upTo),
        eachIteration: async (_item, _args, { stopping }) => stopping.throwIfAborted(),
        onError: fail,
      }),
    }));

    faults.assertMet();
    expect(faults.visits.size).toBe(upTo);
    expect(faults.visits.get(`${workflowId}/walk/0`)).toBe(1);
  });
});

describe('a planned end that was not met', () => {
  it('is told, with what the execution did instead', async () => {
    const { faults, workflowId } = await walk('walkInSteps', [{ killAfter: 50 }]);

    expect(faults.left).toBe(0);
    expect(faults.unmet).toEqual([
      {
        plan: { killAfter: 50 },
        instead: `walkBatch (step 'walk') of ${workflowId}, attempt 1, ended by itself (finished) after 4 items`,
      },
    ]);
    expect(() => faults.assertMet()).toThrow(
      /^A planned end was not met\. \{ killAfter: 50 \}: walkBatch .* ended by itself \(finished\) after 4 items\./,
    );
  });

  it('is a stop after the last item, too: nothing was interrupted', async () => {
    const { faults } = await walk('walkByEnumerator', [{ stopAfter: upTo }]);

    expect(faults.unmet).toMatchObject([{ instead: expect.stringContaining('(completed) after 4 items') }]);
  });

  it('is one that no execution came to take', async () => {
    const { faults } = await walk('walkByEnumerator', ['undisturbed', { stopAfter: 1 }, 'undisturbed']);

    expect(faults.unmet).toEqual([{ plan: { stopAfter: 1 }, instead: 'no execution has come to take it' }]);
    expect(() => faults.assertMet()).toThrow('{ stopAfter: 1 }: no execution has come to take it.');
  });
});

describe('Activities on a Worker with faults', () => {
  it('take no plan where they have no items', async () => {
    const { faults } = await walk('walkTwiceInSteps', [{ stopAfter: 1 }]);

    faults.assertMet();
    expect(faults.left).toBe(0);
  });

  it('know an item by its run and its step: the same cursor in another one is no revisit', async () => {
    const { faults, workflowId } = await walk('walkTwiceInSteps', []);

    expect(faults.revisits).toBe(0);
    expect(faults.visits.size).toBe(2 * upTo);
    expect(faults.visits.get(`${workflowId}/back/4`)).toBe(1);
  });

  it('know an item of an iteration by its run and its Activity', async () => {
    const { faults, workflowId } = await walk('walkByEnumerator', []);

    expect(faults.visits.get(`${workflowId}/walk/4`)).toBe(1);
  });

  it('are killed where their own code says so, also those without items', async () => {
    let counted = 0;
    const { faults } = await walk('walkTwiceInSteps', [], (activities) => ({
      ...activities,
      countNumbers: async (number: number) => {
        counted += 1;
        if (counted === 1) await killHere();
        return number;
      },
    }));

    expect(counted).toBe(2);
    expect(faults.visits.size).toBe(2 * upTo);
  });
});

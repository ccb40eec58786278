import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/continuation/checkpoint.js';
import {
  type ActivityFaults,
  activityFaults,
  type PlannedEnd,
} from '../../../src/continuation/testing/index.js';
import {
  type RunningTestWorker,
  type TimeSkipping,
  taskQueue,
  timeSkipping,
} from '../../workflows/time-skipping.js';
import { batchSize, walkActivities } from './walk-activities.js';

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

const patterns = {
  enumerator: { workflow: 'walkByEnumerator', activityType: 'walk' },
  step: { workflow: 'walkInSteps', activityType: 'walkBatch' },
} as const;
type Pattern = keyof typeof patterns;

/** Numbers that each run walks over. */
const upTo = 10;
const eachOnce = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];

/** The cursors of what was visited, in order. */
const visited = (faults: ActivityFaults) => [...faults.visits.keys()].map((name) => name.split('/').at(-1));

async function startWorker(faults: ActivityFaults, events: string[]): Promise<RunningTestWorker> {
  const worker = await server.startWorker(
    walkActivities((event) => events.push(event)),
    { interceptors: { activity: [faults.interceptor] } },
  );
  workers.push(worker);
  return worker;
}

const startRun = (pattern: Pattern) =>
  server.environment.client.workflow.start(patterns[pattern].workflow, {
    taskQueue,
    workflowId: randomUUID(),
    args: [{ upTo }],
    workflowTaskTimeout: '1 second',
  });

async function run(pattern: Pattern, plans: readonly PlannedEnd[], options: { activityType?: string } = {}) {
  const faults = activityFaults(plans, options);
  const events: string[] = [];
  await startWorker(faults, events);
  const result: RunResult = await (await startRun(pattern)).result();
  return { faults, result, events };
}

describe.each(['enumerator', 'step'] as const)('planned ends of Activities, in the %s pattern', (pattern) => {
  it('stop an execution after so many items: it goes on right after them, and meets nothing again', async () => {
    const { faults, result } = await run(pattern, [{ stopAfter: 3 }]);

    expect(visited(faults)).toEqual(eachOnce);
    expect(faults.revisits).toBe(0);
    expect(result.resumptions).toEqual([{ resumedAfter: 3, source: 'history', attempt: 1, revisited: 0 }]);
  });

  it('on a worker that is stopping from the start still do one item each', async () => {
    const { faults, result } = await run(pattern, [{ stopAfter: 0 }, { stopAfter: 0 }]);

    expect(faults.revisits).toBe(0);
    expect(result.resumptions.map(({ resumedAfter }) => resumedAfter)).toEqual([1, 2]);
  });

  it('kill an execution after so many items: the next attempt meets again what was not sent', async () => {
    const { faults, result } = await run(pattern, [{ killAfter: 3 }]);

    expect(visited(faults)).toEqual(eachOnce);
    expect(faults.revisits).toBeGreaterThan(0);
    expect(faults.revisits).toBeLessThanOrEqual(3);
    expect(result.resumptions).toMatchObject([{ attempt: 2 }]);
  });

  it('kill an execution before its first item', async () => {
    const { faults, result } = await run(pattern, [{ killAfter: 0 }]);

    expect(faults.revisits).toBe(0);
    expect(result.resumptions).toMatchObject([{ resumedAfter: null, attempt: 2 }]);
  });

  it('kill for good: a worker that stops later hands nothing in', async () => {
    const faults = activityFaults([{ killAfter: 3 }]);
    const events: string[] = [];
    const first = await startWorker(faults, events);
    const started = await startRun(pattern);
    await expect.poll(() => faults.visits.size).toBe(3);

    await first.stop();
    await startWorker(faults, events);
    const result: RunResult = await started.result();

    expect(result.resumptions).toMatchObject([{ attempt: 2 }]);
    expect(events).not.toContain('interrupted');
  });
});

describe('planned ends of Activities', () => {
  it('are taken one an execution, and when they are used up all go on undisturbed', async () => {
    const { faults, result } = await run('enumerator', [{ stopAfter: 2 }, { stopAfter: 1 }]);

    expect(faults.left).toBe(0);
    expect(result.resumptions.map(({ resumedAfter }) => resumedAfter)).toEqual([2, 3]);
  });

  it('leave Activities of other names alone', async () => {
    const { faults, result } = await run('enumerator', [{ killAfter: 1 }], { activityType: 'another' });

    expect(faults.left).toBe(1);
    expect(faults.visits.size).toBe(0);
    expect(result.resumptionCount).toBe(0);
  });

  it('kill in the step pattern the batch in flight, and none before it', async () => {
    const { faults } = await run('step', ['undisturbed', { killAfter: 2 }]);

    const again = [...faults.visits].filter(([, times]) => times > 1).map(([name]) => name.split('/').at(-1));
    expect(again).toEqual([`${batchSize + 1}`, `${batchSize + 2}`]);
  });
});

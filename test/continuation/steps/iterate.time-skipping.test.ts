import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/continuation/checkpoint.js';
import { type Enumerator, iteration, throttled, times } from '../../../src/continuation/iteration/index.js';
import {
  type RunningTestWorker,
  type TimeSkipping,
  taskQueue,
  timeSkipping,
} from '../../workflows/time-skipping.js';

let server: TimeSkipping;
let worker: RunningTestWorker | null = null;

beforeAll(async () => {
  server = await timeSkipping('../continuation/steps/iterations-under-test.ts');
});

afterEach(async () => {
  await worker?.stop();
  worker = null;
});

afterAll(async () => {
  await server?.tearDown();
});

/** What the server noted of Activities and timers, in order. */
type Noted = 'scheduled' | 'completed' | 'timer started' | 'timer fired';

interface Ran {
  readonly result: RunResult;
  /** What the iteration did, in order. */
  readonly trace: readonly string[];
  readonly noted: readonly Noted[];
  /** The attempt in which each Activity came to its end. */
  readonly attempts: readonly number[];
  readonly timersMs: readonly number[];
  /** Workflow executions under the run's id. */
  readonly executions: number;
}

/** Counts to `upTo`, in executions of one number each, whose hooks take their time. */
async function countUp(
  upTo: number,
  through: (numbers: Enumerator<number, number>) => Enumerator<number, number> = (numbers) => numbers,
): Promise<Ran> {
  const trace: string[] = [];
  const workflowId = randomUUID();
  const { client } = server.environment;
  /** Takes the server longer than it would take it to begin the next execution. */
  const askAboutRun = async (): Promise<void> => {
    for (let asked = 0; asked < 30; asked += 1) await client.workflow.getHandle(workflowId).describe();
  };
  worker = await server.startWorker({
    countUp: iteration({
      buildEnumerator: (args: { readonly upTo: number }) => through(times(args.upTo)),
      eachIteration: async (number) => {
        trace.push(`${number}`);
      },
      onShutdown: async (reason) => {
        trace.push(`${reason}: shutting down`);
        await askAboutRun();
        trace.push(`${reason}: shut down`);
      },
      maxRuntimeMs: 0,
    }),
  });
  const result: RunResult = await client.workflow.execute('countUp', {
    taskQueue,
    workflowId,
    args: [{ upTo }],
    workflowTaskTimeout: '1 second',
  });
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const noted: Noted[] = [];
  const attempts: number[] = [];
  const timersMs: number[] = [];
  for (const event of events ?? []) {
    if (event.activityTaskScheduledEventAttributes) noted.push('scheduled');
    if (event.activityTaskStartedEventAttributes)
      attempts.push(event.activityTaskStartedEventAttributes.attempt ?? 0);
    if (event.activityTaskCompletedEventAttributes) noted.push('completed');
    const timer = event.timerStartedEventAttributes?.startToFireTimeout;
    if (timer) {
      noted.push('timer started');
      timersMs.push(Number(timer.seconds ?? 0) * 1_000);
    }
    if (event.timerFiredEventAttributes) noted.push('timer fired');
  }
  return { result, trace, noted, attempts, timersMs, executions: result.executions };
}

describe('the Workflow around an iteration', () => {
  it('has one Activity of it at a time, however often that is interrupted: nothing is enqueued twice', async () => {
    const { noted, executions, result } = await countUp(5);

    expect(noted).toEqual(Array.from({ length: 5 }, () => ['scheduled', 'completed']).flat());
    expect(executions).toBe(1);
    expect(result.counts).toEqual({ processed: 5, failed: 0, revisited: 0 });
  });

  it('spends no attempt on an interruption, and waits for no backoff', async () => {
    const { attempts, timersMs } = await countUp(5);

    expect(attempts).toEqual([1, 1, 1, 1, 1]);
    expect(timersMs).toEqual([]);
  });

  it('begins the next execution when the hooks of the one before have ended', async () => {
    const { trace } = await countUp(3);

    const interrupted = ['interrupted: shutting down', 'interrupted: shut down'];
    expect(trace).toEqual([
      '0',
      ...interrupted,
      '1',
      ...interrupted,
      '2',
      'exhausted: shutting down',
      'exhausted: shut down',
    ]);
  });

  it('waits by a durable timer where its iteration is throttled, with no Activity under way, and goes on at the same item', async () => {
    const asked: number[] = [];
    const hourBefore = (number: number) => {
      asked.push(number);
      return number === 1 && asked.filter((before) => before === 1).length === 1 ? 3_600_000 : null;
    };

    const { trace, noted, timersMs, result } = await countUp(2, (numbers) =>
      throttled(numbers, { waitMs: hourBefore }),
    );

    expect(noted).toEqual([
      ...['scheduled', 'completed'],
      ...['scheduled', 'completed', 'timer started', 'timer fired'],
      ...['scheduled', 'completed'],
    ]);
    expect(timersMs).toEqual([3_600_000]);
    expect(asked).toEqual([0, 1, 1]);
    expect(trace.filter((what) => /^\d/.test(what))).toEqual(['0', '1']);
    expect(result.resumptionCount).toBe(1);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Resumption } from '../../src/continuation/checkpoint.js';
import { readCheckpoints } from '../../src/continuation/inspection/index.js';
import { seededRandom } from '../../src/faults/seeded-random.js';
import type { RealWorker } from '../worker/real-workers.js';
import { ownStage, patterns } from './orders-stage.js';

const seed = 23;
const total = 300;
const mostKills = 6;
/** Orders between two kills, at the most. */
const furthest = 25;
const shortRun = 60;
const promptly = { timeout: 30_000, interval: 2 };

const own = ownStage();

async function kill(worker: RealWorker): Promise<void> {
  worker.signal('SIGKILL');
  await worker.exited;
}

async function aNewExecution(runId: string, before: string): Promise<string> {
  await expect.poll(() => currentExecution(runId), promptly).not.toBe(before);
  return currentExecution(runId);
}

async function currentExecution(runId: string): Promise<string> {
  return (await own.checkout.temporal.workflow.getHandle(runId).describe()).runId;
}

const cursors = (resumptions: readonly Resumption[]): number[] =>
  resumptions.map(({ resumedAfter }) => Number(resumedAfter));

describe.each(patterns)('SIGKILL at random instants, in the %s pattern', (pattern) => {
  it(`loses and doubles nothing, however often it falls in one run (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const upTo = (most: number): number => Math.floor(random() * (most + 1));
    const checkpointEvery = 1 + upTo(9);
    await own.stage.orders({ kind: 'total', total });
    const runId = await own.stage.startRun({ pattern, checkpointEvery, itemMs: 1 + upTo(4) });
    let kills = 0;
    // A busy machine may let the run get further between two kills than was drawn.
    while (kills < mostKills && (await own.stage.lastDone(runId)) < total - furthest) {
      const worker = own.stage.startWorker();
      await worker.ready;
      // One in four falls while the work is just being picked up, the others in the middle of it.
      if (upTo(3) === 0) await delay(upTo(300));
      else {
        const further = (await own.stage.lastDone(runId)) + 1 + upTo(furthest);
        await expect
          .poll(() => own.stage.lastDone(runId), promptly)
          .toBeGreaterThanOrEqual(Math.min(further, total));
        await delay(upTo(10));
      }
      await kill(worker);
      kills += 1;
    }
    expect(kills).toBeGreaterThanOrEqual(3);
    own.stage.startWorker();
    const result = await own.stage.end(runId);

    expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
    expect(result.counts.processed + result.counts.failed).toBe(total);
    expect(cursors(result.resumptions)).toEqual(cursors(result.resumptions).toSorted((a, b) => a - b));
    if (pattern === 'enumerator') expect(result.resumptionCount).toBeGreaterThan(0);
    else {
      // None is possible as well: a kill between two batches loses nothing in hand.
      for (const { revisited } of result.resumptions) expect(revisited).toBeLessThanOrEqual(checkpointEvery);
    }
  });
});

describe('SIGKILL during continue-as-new', () => {
  it('loses and doubles nothing in the step pattern, where each second checkpoint continues as new', async () => {
    const historyLimit = 12;
    const shownEvents = 40;
    await own.stage.orders({ kind: 'total', total: shortRun });
    const runId = await own.stage.startRun({ pattern: 'step', timing: { historyLimit } });
    let execution = await currentExecution(runId);
    for (let kills = 1; kills <= 4; kills += 1) {
      const worker = own.stage.startWorker();
      execution = await aNewExecution(runId, execution);
      await kill(worker);
    }
    own.stage.startWorker();
    const result = await own.stage.end(runId);

    const { executions } = await readCheckpoints(own.checkout.temporal, runId);
    expect(executions.length).toBeGreaterThan(20);
    expect(result.executions).toBe(executions.length);
    expect(Math.max(...executions.map(({ events }) => events))).toBeLessThan(shownEvents);
    expect(result.counts.processed + result.counts.failed).toBe(shortRun);
    expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });

  it('loses and doubles nothing in the enumerator pattern, where each interruption continues as new', async () => {
    await own.stage.orders({ kind: 'total', total: shortRun });
    const runId = await own.stage.startRun({ pattern: 'enumerator', itemMs: 5, timing: { historyLimit: 1 } });
    let execution = await currentExecution(runId);
    const interruptions = [20, 40];
    for (const orderId of interruptions) {
      const { fallen } = await own.stage.arm('SIGTERM', orderId);
      own.stage.startWorker();
      await fallen;
      const heir = own.stage.startWorker();
      execution = await aNewExecution(runId, execution);
      await kill(heir);
    }
    own.stage.startWorker();
    const result = await own.stage.end(runId);

    expect(result.executions).toBe(1 + interruptions.length);
    expect(cursors(result.resumptions)).toEqual(expect.arrayContaining(interruptions));
    expect(result.counts.processed + result.counts.failed).toBe(shortRun);
    expect(await own.stage.prove(runId)).toMatchObject({ lost: [], doubled: [] });
  });
});

import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, type LogEntry, MetricsBuffer, makeTelemetryFilterString } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Metric, metrics } from '../../../src/continuation/steps/index.js';
import { type StepsStage, stepsStage } from './steps-stage.js';

const entries: LogEntry[] = [];
const buffer = new MetricsBuffer();
let stage: StepsStage;

beforeAll(async () => {
  stage = await stepsStage('../continuation/steps/failing-jobs.ts', {
    logger: new DefaultLogger('INFO', (entry) => entries.push(entry)),
    telemetryOptions: {
      metrics: { buffer },
      logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) },
    },
  });
});

afterAll(async () => {
  await stage?.tearDown();
});

/** Runs `walkTo3`, whose second item fails once, and returns what its Workflow logged. */
async function logOfAResumedRun() {
  let failures = 1;
  const run = await stage.start('walkTo3', {
    args: [{ resumeWaitMs: 2_000 }],
    workflowTaskTimeout: '10 seconds',
    visit: async (what) => {
      if (what === '2' && failures-- > 0)
        throw ApplicationFailure.create({ message: 'the card was declined' });
    },
  });
  await run.end();
  return entries
    .filter(({ meta }) => meta?.workflowId === run.handle.workflowId && meta?.sdkComponent === 'workflow')
    .filter(({ message }) => /^(Step|Interrupted)/.test(message));
}

describe('the log of a run in steps', () => {
  it('names step and cursor, where it has one, of each event, once, and says why it was interrupted', async () => {
    const lines = (await logOfAResumedRun()).map(({ message, meta }) => [message, meta?.step, meta?.cursor]);

    expect(lines).toEqual([
      ['Step started', 'prepare', undefined],
      ['Step completed', 'prepare', undefined],
      ['Step started', 'walk', 0],
      ['Step failed', 'walk', 1],
      ['Interrupted', 'walk', 1],
      ['Step skipped', 'prepare', undefined],
      ['Step resumed', 'walk', 1],
      ['Step completed', 'walk', 3],
      ['Step started', 'report', undefined],
      ['Step completed', 'report', undefined],
    ]);
  });

  it('says what stopped the run and how long it waits', async () => {
    const interrupted = (await logOfAResumedRun()).find(({ message }) => message === 'Interrupted');

    expect(interrupted?.meta).toMatchObject({
      reason: 'error after progress',
      error: 'the card was declined',
      waitMs: 2_000,
    });
  });

  it('gives a completed step’s seconds since its beginning, over all its executions', async () => {
    const completed = (await logOfAResumedRun()).filter(({ message }) => message === 'Step completed');

    const walk = completed.find(({ meta }) => meta?.step === 'walk');
    expect(walk?.meta?.seconds).toBeGreaterThanOrEqual(2);
  });
});

describe('the metrics of a run in steps', () => {
  it('count steps by name and interruptions by reason, and measure seconds', async () => {
    for (const _ of buffer.retrieveUpdates());
    await logOfAResumedRun();

    const updates = [...buffer.retrieveUpdates()].map(({ metric, value, attributes }) => ({
      name: metric.name,
      value,
      step: attributes.step,
      reason: attributes.reason,
    }));
    const of = ({ name }: Metric) => updates.filter((update) => update.name === name);

    expect(of(metrics.stepsStarted).map(({ step }) => step)).toEqual(['prepare', 'walk', 'report']);
    expect(of(metrics.stepsResumed)).toMatchObject([{ value: 1, step: 'walk' }]);
    expect(of(metrics.stepsSkipped)).toMatchObject([{ value: 1, step: 'prepare' }]);
    expect(of(metrics.stepsFailed)).toMatchObject([{ value: 1, step: 'walk' }]);
    expect(of(metrics.stepsCompleted)).toHaveLength(3);
    expect(of(metrics.continuations)).toMatchObject([{ value: 1, reason: 'error after progress' }]);
    expect(of(metrics.stepSeconds).map(({ step }) => step)).toEqual(['prepare', 'walk', 'report']);
  });

  it('count each checkpoint in history once, however often that is replayed, and each interruption', async () => {
    for (const _ of buffer.retrieveUpdates());
    await logOfAResumedRun();

    const updates = [...buffer.retrieveUpdates()];
    const of = ({ name }: Metric) => updates.filter(({ metric }) => metric.name === name);
    const about = (named: Metric) => of(named).map(({ value, attributes }) => ({ value, ...attributes }));

    const walk = { pattern: 'step', step: 'walk' };
    const checkpoint = { value: 1, ...walk, store: 'history' };
    expect(about(metrics.checkpoints)).toMatchObject([checkpoint, checkpoint, checkpoint]);
    expect(about(metrics.interruptions)).toMatchObject([
      { value: 1, ...walk, reason: 'error after progress' },
    ]);
    expect(about(metrics.historyEvents)).toHaveLength(3);
  });
});

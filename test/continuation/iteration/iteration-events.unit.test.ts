import { type MetricMeter, type MetricTags, noopMetricMeter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/continuation/checkpoint.js';
import { skip, throttled, times } from '../../../src/continuation/iteration/index.js';
import { aCheckpoint } from '../some-checkpoints.js';
import { type Attempt, runIteration } from './run-iteration.js';

interface Counted {
  readonly name: string;
  readonly by: number;
  readonly tags: MetricTags;
}

/** Runs one attempt, and keeps what it logged and counted. */
async function watch(options: Attempt & { readonly heartbeatDetails?: Checkpoint } = {}) {
  const entries: LogEntry[] = [];
  const counted: Counted[] = [];
  const metricMeter: MetricMeter = {
    createHistogram: (...args) => noopMetricMeter.createHistogram(...args),
    createGauge: (...args) => noopMetricMeter.createGauge(...args),
    withTags: () => metricMeter,
    createCounter: (name, unit, description) => ({
      ...noopMetricMeter.createCounter(name, unit, description),
      add: (by, { iteration = '', reason, source } = {}) => {
        // Besides these the SDK adds namespace, task queue and the Activity's type.
        const tags = { iteration, ...(reason && { reason }), ...(source && { source }) };
        counted.push({ name, by, tags });
      },
    }),
  };
  const environment = new MockActivityEnvironment(
    {
      activityType: 'processOrders',
      attempt: options.attempt ?? 1,
      heartbeatDetails: options.heartbeatDetails,
    },
    { logger: new DefaultLogger('INFO', (entry) => entries.push(entry)), metricMeter },
  );
  await runIteration({ ...options, environment });
  return {
    // The SDK has lines of its own.
    said: entries
      .filter(({ meta }) => meta?.sdkComponent === 'activity')
      .map(({ message, meta }) => ({ message, ...meta })),
    counted: counted.filter(({ by }) => by > 0),
  };
}

const halfway = aCheckpoint({
  cursor: 4,
  sequence: 5,
  started: true,
  counts: { processed: 5, failed: 0, revisited: 0 },
});

describe('the log of an iteration', () => {
  it('says that it resumed, after which cursor, and where that was kept', async () => {
    const { said } = await watch({ attempt: 2, heartbeatDetails: halfway });

    expect(said).toMatchObject([
      { message: 'Resumed', cursor: 4, source: 'heartbeat' },
      { message: 'Completed', cursor: 9, ending: 'exhausted', processed: 10 },
    ]);
  });

  it('says why it was interrupted, and at which cursor', async () => {
    const { said } = await watch({ also: { maxRuntimeMs: 0 } });

    expect(said).toMatchObject([{ message: 'Interrupted', cursor: 0, reason: 'time limit', processed: 1 }]);
  });

  it('says for how long it is throttled, and at which cursor', async () => {
    const buildEnumerator = () =>
      throttled(times(10), { waitMs: (number) => (number === 3 ? 60_000 : null) });

    const { said } = await watch({ also: { buildEnumerator } });

    expect(said).toMatchObject([{ message: 'Throttled', cursor: 2, waitMs: 60_000 }]);
  });

  it('names the cursor of an item that fails, and what becomes of it', async () => {
    const failure = { at: 4, error: new Error('refused') };

    const tried = await watch({ failure });
    const passed = await watch({ failure, also: { onError: skip('declined') } });

    expect(tried.said).toMatchObject([
      { message: 'An item failed', cursor: 4, error: 'refused', policy: 'retry' },
    ]);
    expect(passed.said[0]).toMatchObject({
      message: 'An item failed and is passed over',
      cursor: 4,
      reason: 'declined',
    });
  });
});

describe('the metrics of an iteration', () => {
  const iteration = 'processOrders';

  it('count its items by what became of them, and its end', async () => {
    const failure = { at: 4, error: new Error('refused') };

    const { counted } = await watch({ failure, also: { onError: skip() } });

    expect(counted).toEqual([
      { name: 'leftoff_iterations_completed', by: 1, tags: { iteration } },
      { name: 'leftoff_items_processed', by: 9, tags: { iteration } },
      { name: 'leftoff_items_failed', by: 1, tags: { iteration } },
    ]);
  });

  it('count the items of this attempt alone, and resumptions by where the checkpoint was kept', async () => {
    const { counted } = await watch({ attempt: 2, heartbeatDetails: halfway });

    expect(counted).toContainEqual({
      name: 'leftoff_resumptions',
      by: 1,
      tags: { iteration, source: 'heartbeat' },
    });
    expect(counted).toContainEqual({ name: 'leftoff_items_processed', by: 5, tags: { iteration } });
  });

  it('count interruptions by their reason, also of an attempt that fails', async () => {
    const interrupted = await watch({ also: { maxRuntimeMs: 0 } });
    const failed = await watch({ failure: { at: 4, error: new Error('refused') } });

    expect(interrupted.counted).toContainEqual({
      name: 'leftoff_iterations_interrupted',
      by: 1,
      tags: { iteration, reason: 'time limit' },
    });
    expect(failed.counted).toEqual([{ name: 'leftoff_items_processed', by: 4, tags: { iteration } }]);
  });
});

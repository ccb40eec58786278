import { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { iteration, times, workBatch, workOnce } from '../../../src/continuation/iteration/index.js';
import { iterationRun } from '../../../src/continuation/testing/index.js';
import { aBatchStart } from '../some-checkpoints.js';
import { heartbeatsOf } from './numbered-work.js';

/** A logger, and what it was told. */
const aLogger = () => {
  const entries: LogEntry[] = [];
  return { entries, logger: new DefaultLogger('WARN', (entry) => entries.push(entry)) };
};

const aboutHeartbeats = (entries: readonly LogEntry[]) =>
  entries.filter(({ message }) => message.startsWith('A heartbeat of the job'));

const anIteration = (beat: (item: number) => void) =>
  iteration({
    buildEnumerator: (_: object) => times(9),
    eachIteration: async (item: number) => beat(item),
  });

describe('a heartbeat of the job’s own', () => {
  it.each([
    { what: 'without details', beat: () => Context.current().heartbeat() },
    { what: 'with some', beat: (item: number) => Context.current().heartbeat({ item }) },
  ])('costs no checkpoint: $what, the next attempt resumes as ever', async ({ beat }) => {
    const run = iterationRun(anIteration(beat), {}, { logger: aLogger().logger });

    await run.killed({ after: 5, sent: 'all' });
    const { checkpoint } = await run.toTheEnd();

    expect(checkpoint.counts.processed).toBe(9);
    expect(checkpoint.resumptions).toMatchObject([{ source: 'heartbeat', attempt: 2 }]);
    expect(run.revisits).toBeLessThan(5);
  });

  it('is a sign of life all the same, sent with the newest checkpoint that was handed over', async () => {
    const environment = new MockActivityEnvironment({}, { logger: aLogger().logger });
    const heartbeats = heartbeatsOf(environment);
    const activity = anIteration((item) => {
      if (item === 1) Context.current().heartbeat('alive');
    });

    await environment.run(() => activity({ args: {}, from: null }));

    expect(heartbeats).toMatchObject([{ cursor: 0 }, { cursor: 0 }]);
  });

  it('that has details is warned of, once an attempt', async () => {
    const { entries, logger } = aLogger();
    const activity = anIteration((item) => Context.current().heartbeat(item));

    await new MockActivityEnvironment({}, { logger }).run(() => activity({ args: {}, from: null }));

    expect(aboutHeartbeats(entries)).toHaveLength(1);
  });

  it('costs a batch nothing either, nor the work that follows in the same Activity', async () => {
    const environment = new MockActivityEnvironment({ attempt: 2 }, { logger: aLogger().logger });
    const heartbeats = heartbeatsOf(environment);
    const beat = async () => Context.current().heartbeat('alive');

    await environment.run(async () => {
      await workBatch<number, number>({
        from: aBatchStart(),
        enumerator: times(2),
        eachIteration: beat,
        checkpointEvery: 2,
      });
      await workOnce(beat);
    });

    expect(heartbeats.length).toBeGreaterThan(3);
    expect(heartbeats).toEqual(
      Array(heartbeats.length).fill(expect.objectContaining({ type: 'leftoff.liveness' })),
    );
  });
});

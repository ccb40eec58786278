import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import type { History } from './history-file.js';
import { bundleToReplay, recordingsIn } from './replaying.js';

const recordings = recordingsIn(new URL('./histories/', import.meta.url));

let workflowBundle: Awaited<ReturnType<typeof bundleToReplay>>;

beforeAll(async () => {
  workflowBundle = await bundleToReplay(new URL('../../src/workflows/index.ts', import.meta.url));
});

const replay = (history: History): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle, replayName: 'recorded' }, history);

/** The same history with another Activity where the first of this type was scheduled, as if the code had been another. */
function scheduledAsAnother({ events }: History, activity: string): History {
  const renamed = structuredClone(events ?? []);
  const scheduled = renamed.find(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === activity,
  )?.activityTaskScheduledEventAttributes;
  if (!scheduled) throw new Error(`No ${activity} in this history.`);
  scheduled.activityType = { name: 'another' };
  return { events: renamed };
}

describe('a run that was recorded before', () => {
  it.each(recordings.names)('replays under today’s code: %s', async (name) => {
    await expect(replay(await recordings.read(name))).resolves.toBeUndefined();
  });

  it('exists for both patterns, uninterrupted, interrupted and continued as new', () => {
    expect(recordings.names).toEqual(
      expect.arrayContaining([
        'step',
        'step-interrupted',
        'step-continued-as-new.1',
        'step-continued-as-new.2',
      ]),
    );
    expect(recordings.names).toEqual(
      expect.arrayContaining(['enumerator', 'enumerator-interrupted', 'enumerator-continued-as-new.1']),
    );
    expect(recordings.names).toEqual(
      expect.arrayContaining(['reports-step-interrupted', 'reports-enumerator-interrupted']),
    );
    expect(recordings.names).toEqual(
      expect.arrayContaining(['import-step-interrupted', 'import-enumerator-interrupted']),
    );
  });

  it.each([
    ['step', 'processBatch'],
    ['enumerator', 'processOrders'],
  ])('is refused by code that asks for something else: %s', async (name, activity) => {
    const altered = scheduledAsAnother(await recordings.read(name), activity);

    await expect(replay(altered)).rejects.toThrow(DeterminismViolationError);
  });
});

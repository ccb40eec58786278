import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { type History, readHistory } from './history-file.js';

const folder = fileURLToPath(new URL('./histories/', import.meta.url));
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith('.history.json'))
  .map((name) => name.replace('.history.json', ''))
  .sort();

let workflowBundle: Awaited<ReturnType<typeof bundleWorkflowCode>>;

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
});

const recorded = (name: string): Promise<History> => readHistory(`${folder}${name}.history.json`);

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
  it.each(recordings)('replays under today’s code: %s', async (name) => {
    await expect(replay(await recorded(name))).resolves.toBeUndefined();
  });

  it('exists for both patterns, uninterrupted, interrupted and continued as new', () => {
    expect(recordings).toEqual(
      expect.arrayContaining([
        'step',
        'step-interrupted',
        'step-continued-as-new.1',
        'step-continued-as-new.2',
      ]),
    );
    expect(recordings).toEqual(
      expect.arrayContaining(['enumerator', 'enumerator-interrupted', 'enumerator-continued-as-new.1']),
    );
  });

  it.each([
    ['step', 'processBatch'],
    ['enumerator', 'processOrders'],
  ])('is refused by code that asks for something else: %s', async (name, activity) => {
    const altered = scheduledAsAnother(await recorded(name), activity);

    await expect(replay(altered)).rejects.toThrow(DeterminismViolationError);
  });
});

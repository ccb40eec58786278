import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { readHistory } from '../../workflows/history-file.js';

const folder = fileURLToPath(new URL('./histories/', import.meta.url));
const recordings = readdirSync(folder).map((name) => name.replace('.history.json', ''));

let workflowBundle: Awaited<ReturnType<typeof bundleWorkflowCode>>;

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./recorded-jobs.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
});

describe('a run that the first release ended', () => {
  it.each(recordings)('replays under today’s code: %s', async (name) => {
    const history = await readHistory(`${folder}${name}.history.json`);

    // Under its own Workflow Id, which its children's begin with.
    const replayed = Worker.runReplayHistory({ workflowBundle, replayName: 'recorded' }, history, name);

    await expect(replayed).resolves.toBeUndefined();
  });

  it('was cancelled with a store, as a step and as an iteration, or had a mistake in one partition’s input', () => {
    expect(recordings.sort()).toEqual([
      'batches-cancelled',
      'iteration-cancelled',
      'iteration-cancelled-throttled',
      'partition-mistaken',
    ]);
  });
});

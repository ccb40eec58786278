import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleToReplay, recordingsIn } from '../../workflows/replaying.js';

const recordings = recordingsIn(new URL('./histories/', import.meta.url));

let workflowBundle: Awaited<ReturnType<typeof bundleToReplay>>;

beforeAll(async () => {
  workflowBundle = await bundleToReplay(new URL('./recorded-jobs.ts', import.meta.url));
});

describe('a run that the first release ended', () => {
  it.each(recordings.names)('replays under today’s code: %s', async (name) => {
    const history = await recordings.read(name);

    // Under its own Workflow Id, which its children's begin with.
    const replayed = Worker.runReplayHistory({ workflowBundle, replayName: 'recorded' }, history, name);

    await expect(replayed).resolves.toBeUndefined();
  });

  it('was cancelled with a store, as a step and as an iteration, or had a mistake in one partition’s input', () => {
    expect(recordings.names).toEqual([
      'batches-cancelled',
      'iteration-cancelled',
      'iteration-cancelled-throttled',
      'partition-mistaken',
    ]);
  });
});

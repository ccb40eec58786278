import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { tracingInterceptorModules } from '../../src/worker/tracing/traced-workflows.js';
import { bundleToReplay, recordingsIn } from '../workflows/replaying.js';

const jobs = {
  recordings: recordingsIn(new URL('../workflows/histories/', import.meta.url)),
  workflows: new URL('../../src/workflows/index.ts', import.meta.url),
};
const ends = {
  recordings: recordingsIn(new URL('../continuation/steps/histories/', import.meta.url)),
  workflows: new URL('../continuation/steps/recorded-jobs.ts', import.meta.url),
};

describe.each([
  ['of our jobs', jobs],
  ['of the library’s ends', ends],
])('a run %s that no tracing worker has seen', (_, { recordings, workflows }) => {
  let workflowBundle: Awaited<ReturnType<typeof bundleToReplay>>;

  beforeAll(async () => {
    workflowBundle = await bundleToReplay(workflows, tracingInterceptorModules());
  });

  it.each(recordings.names)('goes on at a worker that traces: %s', async (name) => {
    const history = await recordings.read(name);

    const replayed = Worker.runReplayHistory({ workflowBundle, replayName: 'recorded' }, history, name);

    await expect(replayed).resolves.toBeUndefined();
  });
});

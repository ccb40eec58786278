/**
 * A worker of a new version takes over in mid-run, as a deployment has it: the old one is told to stop, the new one starts.
 *
 * N1  A compatible change goes through: what is new stands behind `patched`.
 * N2  An incompatible one is caught by replay: the Workflow Task fails as non-deterministic, the run waits with all that it has, and
 *     goes on when a worker of the right version is back.
 */
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { killWorkers } from '../worker/kill-workers.js';
import { workflowBundleVariable } from '../worker/workflow-bundle-path.js';
import { armAtOrder } from './arm-at-order.js';
import { bundleVersion } from './bundle-version.js';
import type { Fault } from './fault.js';
import { replaceWorker } from './replace-worker.js';
import { awaitThat } from './run-progress.js';
import { strikeAndReplace } from './strike-worker.js';

export const newVersionCompatible = (): Fault => ({
  name: 'new-version-compatible',
  title: 'a worker of a new version takes over, its change behind `patched`',
  strikes: ['worker', 'code'],
  prepare: async ({ environment }) => {
    await bundleVersion(environment.home, 'compatible');
    return {};
  },
  arm: async (scene) => {
    const bundle = await bundleVersion(scene.environment.home, 'compatible');
    return armAtOrder(scene, {
      fault: 'new-version-compatible',
      instant: 'item in hand',
      strike: async (held) => {
        const struck = await strikeAndReplace(scene, 'SIGTERM', held, { [workflowBundleVariable]: bundle });
        const taken = 'a worker of the new version took over: the run goes the old way past `patched`';
        scene.tell(taken);
        return { ...struck, words: [...struck.words, taken] };
      },
    });
  },
});

export const newVersionIncompatible = (): Fault => ({
  name: 'new-version-incompatible',
  title:
    'a worker of an incompatible version takes over; when replay has refused it, one of the right version comes back',
  strikes: ['worker', 'code'],
  prepare: async ({ environment }) => {
    await bundleVersion(environment.home, 'incompatible');
    return {};
  },
  arm: async (scene) => {
    const { client, runId } = scene;
    const { home } = scene.environment;
    const bundle = await bundleVersion(home, 'incompatible');
    return armAtOrder(scene, {
      fault: 'new-version-incompatible',
      instant: 'item in hand',
      strike: async (held) => {
        const deployed = await strikeAndReplace(scene, 'SIGTERM', held, { [workflowBundleVariable]: bundle });
        await awaitThat(scene, 'the replay to be refused', () => wasRefusedByReplay(client, runId));
        const refused =
          'its replay failed the Workflow Task as non-deterministic (TMPRL1100): the run waits, with all that it has';
        scene.tell(refused);
        const wrong = deployed.replacement;
        if (wrong !== null) scene.expectEndOf(wrong.pid);
        const [{ startedAtMs, readyAtMs }] = await Promise.all([
          replaceWorker(scene),
          wrong === null ? [] : killWorkers(home, 'SIGTERM', wrong.pid),
        ]);
        const back = 'a worker of the right version is back';
        scene.tell(back);
        return {
          struckAtMs: deployed.struckAtMs,
          replacement: { startedAtMs, readyAtMs },
          words: [...deployed.words, refused, back],
        };
      },
    });
  },
});

const { WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR: nonDeterministic } =
  proto.temporal.api.enums.v1.WorkflowTaskFailedCause;

/** The first failure of a Workflow Task is in history; that it is tried again is not. */
async function wasRefusedByReplay(client: Client, runId: string): Promise<boolean> {
  const { events } = await client.workflow.getHandle(runId).fetchHistory();
  return (events ?? []).some(
    ({ workflowTaskFailedEventAttributes: failed }) => failed?.cause === nonDeterministic,
  );
}

/** All workers are killed, and for a while there is none: the run waits, and nothing of it is lost. */
import { setTimeout as delay } from 'node:timers/promises';
import { killWorkers } from '../worker/kill-workers.js';
import { listWorkers } from '../worker/worker-record.js';
import { armAtOrder } from './arm-at-order.js';
import type { Fault } from './fault.js';
import { replaceWorker } from './replace-worker.js';

export interface WithoutWorkers {
  /** How long there is no worker, in milliseconds. */
  readonly withoutWorkersMs: number;
}

export const noWorkers = ({ withoutWorkersMs }: WithoutWorkers): Fault => ({
  name: 'no-workers',
  title: `all workers are killed (SIGKILL), and for ${withoutWorkersMs / 1_000} s there is none`,
  strikes: ['worker'],
  arm: (scene) =>
    armAtOrder(scene, {
      fault: 'no-workers',
      instant: 'committed',
      strike: async () => {
        const { home } = scene.environment;
        for (const { process } of await listWorkers(home)) scene.expectEndOf(process.pid);
        const struckAtMs = Date.now();
        const killed = await killWorkers(home, 'SIGKILL', null);
        const words = killed.map((each) => each.words);
        for (const line of words) scene.tell(line);
        await delay(withoutWorkersMs, undefined, { signal: scene.signal }).catch(() => undefined);
        scene.signal.throwIfAborted();
        const { startedAtMs, readyAtMs } = await replaceWorker(scene);
        const waited = `no worker for ${((startedAtMs - struckAtMs) / 1_000).toFixed(1)} s, then a new one`;
        scene.tell(waited);
        return { struckAtMs, replacement: { startedAtMs, readyAtMs }, words: [...words, waited] };
      },
    }),
});

/**
 * A zombie: a worker that is frozen for longer than its heartbeat may be late, and wakes when another has taken over.
 *
 * Z1  It is woken when the other has gone on, and not before: what it does then is done by an outdated worker.
 * Z2  It is left alive: from its next order on it is a worker like any other.
 */
import type { FaultInstant } from '../activities/order-visits.js';
import { killWorkers, strikeHeld } from '../worker/kill-workers.js';
import { armAtOrder } from './arm-at-order.js';
import type { ArmedFaultOfRun, Fault, FaultScene } from './fault.js';
import { replaceWorker } from './replace-worker.js';
import { awaitVisitsBeyond, visitsOf } from './run-progress.js';

export const zombie: Fault = {
  name: 'zombie',
  title:
    'the worker is frozen (SIGSTOP) with the order in hand, and wakes (SIGCONT) when another has taken over',
  strikes: ['worker'],
  arm: (scene) => armZombie(scene, 'item in hand'),
};

/** Orders that the other does before the zombie is woken. */
const takenOver = 3;

export function armZombie(scene: FaultScene, instant: FaultInstant): Promise<ArmedFaultOfRun> {
  const { home } = scene.environment;
  return armAtOrder(scene, {
    fault: 'zombie',
    instant,
    strike: async (held, goOn) => {
      const before = (await visitsOf(scene)) ?? 0;
      const frozen = await strikeHeld(home, 'SIGSTOP', held);
      scene.tell(frozen.words);
      try {
        // When it wakes it goes on at once.
        await goOn();
        const { startedAtMs, readyAtMs } = await replaceWorker(scene);
        await awaitVisitsBeyond(scene, before, takenOver);
        const frozenForMs = Date.now() - frozen.sentAtMs;
        const words = [
          frozen.words,
          `another worker took over and went on; woken after ${(frozenForMs / 1_000).toFixed(1)} s`,
        ];
        return { struckAtMs: frozen.sentAtMs, replacement: { startedAtMs, readyAtMs }, words };
      } finally {
        const [woken] = await killWorkers(home, 'SIGCONT', held.pid);
        if (woken !== undefined) scene.tell(woken.words);
      }
    },
  });
}

/** Something happens while the worker stands right after its commit, and then it is killed: the next one has to do with what is left. */
import type { HeldWorker } from '../worker/fault-points.js';
import { armAtOrder } from './arm-at-order.js';
import type { ArmedFaultOfRun, Fallen, FaultScene } from './fault.js';
import type { FaultName } from './fault-names.js';
import { strikeAndReplace } from './strike-worker.js';

export function armThenKill(
  scene: FaultScene,
  fault: FaultName,
  happens: (held: HeldWorker) => Promise<Pick<Fallen, 'words' | 'notSelected'>>,
): Promise<ArmedFaultOfRun> {
  return armAtOrder(scene, {
    ...{ fault, instant: 'committed' },
    strike: async (held) => {
      const { words: first, ...happened } = await happens(held);
      for (const line of first) scene.tell(line);
      const { words, ...struck } = await strikeAndReplace(scene, 'SIGKILL', held);
      return { ...struck, ...happened, words: [...first, ...words] };
    },
  });
}

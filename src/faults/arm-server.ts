/** A server that goes away while a worker stands at the order: the worker goes on without it, and it comes back. */
import type { FaultInstant } from '../activities/order-visits.js';
import { type PartName, partLabels } from '../stack/addresses.js';
import { armAtOrder } from './arm-at-order.js';
import type { ArmedFaultOfRun, FaultScene } from './fault.js';
import type { FaultName } from './fault-names.js';
import { describeAway, strikeServer } from './local-servers.js';

interface ServerToStrike {
  readonly fault: FaultName;
  readonly instant: FaultInstant;
  readonly part: PartName;
  readonly signal: NodeJS.Signals;
  /** What befell it, in a word. */
  readonly how: string;
  /** How long it stays away; it is started when this resolves. Default: it is started at once. */
  readonly whileAway?: () => Promise<void>;
}

export function armServer(
  scene: FaultScene,
  { fault, instant, part, signal, how, whileAway = async () => undefined }: ServerToStrike,
): Promise<ArmedFaultOfRun> {
  return armAtOrder(scene, {
    ...{ fault, instant },
    strike: async (_, goOn) => {
      const away = await strikeServer({
        ...{ environment: scene.environment, part, signal },
        whileAway: async () => {
          scene.tell(`${partLabels[part]} ${how}`);
          await goOn();
          await whileAway();
        },
      });
      const went = describeAway(part, how, away);
      scene.tell(went);
      return { ...away, words: [went] };
    },
  });
}

/** The Temporal server is killed and started again: runs survive in its file, and workers wait for it. */
import { armAtOrder } from './arm-at-order.js';
import type { Fault } from './fault.js';
import { describeAway, strikeServer } from './local-servers.js';

export const temporalKilled: Fault = {
  name: 'temporal-killed',
  title: 'the Temporal server is killed (SIGKILL) and started again on its file',
  strikes: ['temporal'],
  arm: (scene) =>
    armAtOrder(scene, {
      fault: 'temporal-killed',
      instant: 'committed',
      strike: async (_, goOn) => {
        const away = await strikeServer({
          environment: scene.environment,
          part: 'temporal',
          signal: 'SIGKILL',
          whileAway: async () => {
            scene.tell('Temporal killed');
            await goOn();
          },
        });
        const went = describeAway('temporal', 'killed', away);
        scene.tell(went);
        return { ...away, words: [went] };
      },
    }),
};

/** The Temporal server is killed and started again: runs survive in its file, and workers wait for it. */
import { setTimeout as delay } from 'node:timers/promises';
import { armAtOrder } from './arm-at-order.js';
import type { Fault } from './fault.js';
import { describeAway, strikeServer } from './local-servers.js';

/** Twice the demo's heartbeat timeout: its Activity counts as lost, while the worker works on. */
const awayMs = 2_000;

export const temporalKilled: Fault = {
  name: 'temporal-killed',
  title: `the Temporal server is killed (SIGKILL), and ${awayMs / 1_000} s later started again on its file`,
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
            await delay(awayMs, undefined, { signal: scene.signal }).catch(() => undefined);
          },
        });
        const went = describeAway('temporal', 'killed', away);
        scene.tell(went);
        return { ...away, words: [went] };
      },
    }),
};

/** The Temporal server is killed and started again: runs survive in its file, and workers wait for it. */
import { setTimeout as delay } from 'node:timers/promises';
import { armServer } from './arm-server.js';
import type { Fault } from './fault.js';

/** Twice the demo's heartbeat timeout: its Activity counts as lost, while the worker works on. */
const awayMs = 2_000;

export const temporalKilled: Fault = {
  name: 'temporal-killed',
  title: `the Temporal server is killed (SIGKILL), and ${awayMs / 1_000} s later started again on its file`,
  strikes: ['temporal'],
  arm: (scene) =>
    armServer(scene, {
      ...{
        fault: 'temporal-killed',
        instant: 'committed',
        part: 'temporal',
        signal: 'SIGKILL',
        how: 'killed',
      },
      whileAway: () => delay(awayMs, undefined, { signal: scene.signal }).catch(() => undefined),
    }),
};

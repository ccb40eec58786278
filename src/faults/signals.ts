/** A worker that is told to stop, or killed: at the instant at which that hurts most. */
import { armAtOrder } from './arm-at-order.js';
import type { Fault } from './fault.js';
import { strikeAndReplace } from './strike-worker.js';

export const sigterm: Fault = {
  name: 'sigterm',
  title: 'the worker is told to stop (SIGTERM) with the order in hand; another takes over',
  strikes: ['worker'],
  arm: (scene) =>
    armAtOrder(scene, {
      fault: 'sigterm',
      instant: 'item in hand',
      strike: (held) => strikeAndReplace(scene, 'SIGTERM', held),
    }),
};

export const sigkill: Fault = {
  name: 'sigkill',
  title:
    'the worker is killed (SIGKILL) after the commit of the order, before its checkpoint; another takes over',
  strikes: ['worker'],
  arm: (scene) =>
    armAtOrder(scene, {
      fault: 'sigkill',
      instant: 'committed',
      strike: (held) => strikeAndReplace(scene, 'SIGKILL', held),
    }),
};

/** Where orders are paid at a gateway besides: the gap that no transaction of ours closes. */
export const sigkillAfterPayment: Fault = {
  name: 'sigkill',
  title:
    'the worker is killed (SIGKILL) after the payment gateway has charged the order, before the commit; another takes over',
  strikes: ['worker'],
  arm: (scene) =>
    armAtOrder(scene, {
      fault: 'sigkill',
      instant: 'charged outside',
      strike: (held) => strikeAndReplace(scene, 'SIGKILL', held),
    }),
};

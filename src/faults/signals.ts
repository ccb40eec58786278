/** A worker that is told to stop, or killed: at the instant at which that hurts most. */
import type { FaultInstant } from '../activities/order-visits.js';
import { armAtOrder } from './arm-at-order.js';
import type { Fault } from './fault.js';
import { strikeAndReplace } from './strike-worker.js';

interface SignalAtOrder {
  readonly name: 'sigterm' | 'sigkill';
  readonly title: string;
  readonly instant: FaultInstant;
}

function struckAtOrder({ name, title, instant }: SignalAtOrder): Fault {
  const signal = name === 'sigterm' ? 'SIGTERM' : 'SIGKILL';
  return {
    ...{ name, title, strikes: ['worker'] },
    arm: (scene) =>
      armAtOrder(scene, {
        ...{ fault: name, instant },
        strike: (held) => strikeAndReplace(scene, signal, held),
      }),
  };
}

export const sigterm = struckAtOrder({
  name: 'sigterm',
  title: 'the worker is told to stop (SIGTERM) with the order in hand; another takes over',
  instant: 'item in hand',
});

export const sigkill = struckAtOrder({
  name: 'sigkill',
  title:
    'the worker is killed (SIGKILL) after the commit of the order, before its checkpoint; another takes over',
  instant: 'committed',
});

/** Where orders are paid at a gateway besides: the gap that no transaction of ours closes. */
export const sigkillAfterPayment = struckAtOrder({
  name: 'sigkill',
  title:
    'the worker is killed (SIGKILL) after the payment gateway has charged the order, before the commit; another takes over',
  instant: 'charged outside',
});

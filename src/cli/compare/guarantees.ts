/**
 * What each lane guarantees: what is durable when, how much may be met again, what breaks it, and the tests that hold it.
 *
 * A unit test looks each title up in its file: a guarantee whose test is gone is none.
 */
import type { LaneName } from './lanes.js';

export interface Guarantee {
  readonly lane: LaneName;
  readonly durable: string;
  /** The most that is met again after one lost attempt. */
  readonly bound: string;
  readonly breaks: string;
  readonly heldBy: readonly HoldingTest[];
}

interface HoldingTest {
  readonly title: string;
  /** From the project's root. */
  readonly file: string;
}

const faultsAtAnOrder = 'test/workflows/faults-at-an-order.integration.test.ts';
const storesUnderFaults = 'test/workflows/stores-under-faults.integration.test.ts';
const fence = 'test/continuation/iteration/stores/postgres-fence.integration.test.ts';
const charging = 'test/orders/charge-orders.integration.test.ts';

const gracefully: HoldingTest = {
  title:
    'ends that order, puts the checkpoint into history at once, and goes on at the next one with nothing met again',
  file: faultsAtAnOrder,
};
const guarded: HoldingTest = {
  title: 'charges again when its one line of guard is deleted: the guard is what holds',
  file: charging,
};

export const guarantees: readonly Guarantee[] = [
  {
    lane: 'none',
    durable: 'each order’s effect; no place at all',
    bound: 'none: every order that was done is met again, and done again',
    breaks: 'any lost attempt',
    heldBy: [
      {
        title: 'charges orders twice when its worker is killed: the proof can fail',
        file: faultsAtAnOrder,
      },
    ],
  },
  {
    lane: 'step',
    durable: 'the cursor with each batch’s end, in Workflow history',
    bound: 'N: the batch in flight (--checkpoint-every N, in whole transactions)',
    breaks:
      'nothing is doubled as long as the effect is guarded in its own transaction: without that guard, N orders are',
    heldBy: [
      {
        title:
          'in the step pattern meets again what came after the last batch in history, and nothing before it',
        file: faultsAtAnOrder,
      },
      gracefully,
      guarded,
    ],
  },
  {
    lane: 'step/postgres',
    durable: 'the cursor with each transaction, in the same commit; in history with each batch’s end',
    bound: '0',
    breaks: 'an effect that is not in the transaction which it is handed; a Postgres that loses commits',
    heldBy: [
      {
        title: 'meets nothing again where the checkpoint commits with the order, and leaves nothing behind',
        file: storesUnderFaults,
      },
      {
        title: 'a worker that wakes after another took over finds its fence lost, and changes nothing',
        file: storesUnderFaults,
      },
      { title: 'commit together: nobody ever sees one without the other', file: fence },
    ],
  },
  {
    lane: 'enumerator/heartbeat',
    durable:
      'the cursor with the last heartbeat that was sent, in the pending Activity; in history after a graceful stop',
    bound:
      '(min(throttle, 0.8 × timeout) + min(timeout ÷ 4, max(100 ms, N × item)) + 50 ms) ÷ item, and one; an outage of Temporal adds its length',
    breaks:
      'nothing is doubled as long as the effect is guarded in its own transaction: without that guard, a window of orders is',
    heldBy: [
      {
        title:
          'in the enumerator pattern meets again what the last heartbeat window had, strictly after the live checkpoint',
        file: faultsAtAnOrder,
      },
      gracefully,
      guarded,
    ],
  },
  {
    lane: 'enumerator/redis',
    durable: 'the cursor with every N orders, in Redis, and with the heartbeat',
    bound:
      'N (--checkpoint-every N, in whole transactions); as enumerator/heartbeat where Redis lost it or is away',
    breaks: 'what enumerator/heartbeat breaks; losing Redis costs only what it kept',
    heldBy: [
      {
        title: 'meets at most one order again where Redis has each, and leaves nothing behind',
        file: storesUnderFaults,
      },
      {
        title: 'costs nothing but what it kept: the run goes on from the heartbeat',
        file: storesUnderFaults,
      },
      guarded,
    ],
  },
  {
    lane: 'enumerator/postgres',
    durable: 'the cursor with each transaction, in the same commit',
    bound: '0',
    breaks: 'an effect that is not in the transaction which it is handed; a Postgres that loses commits',
    heldBy: [
      {
        title: 'meets nothing again where the checkpoint commits with the order, and leaves nothing behind',
        file: storesUnderFaults,
      },
      {
        title: 'that wakes between two items has no effect any more, and its work gets no further',
        file: fence,
      },
      { title: 'are both gone when the work fails after its effect', file: fence },
    ],
  },
];

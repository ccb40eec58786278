/**
 * Interrupts and kills a real Worker's Activities in a test, also in the time-skipping environment: one line in its interceptors.
 *
 * F1  Each execution of an Activity (an attempt, or a newly scheduled one) takes the next planned end; after the last one
 *     all go on undisturbed.
 * F2  A killed one is silent from then on, as after SIGKILL: it reports nothing, runs nothing more and keeps nothing. The
 *     server notices by the heartbeat timeout, also where the Worker has stopped by then.
 * F3  Works for iterations and for a step's batches alike.
 *
 * Held by activity-faults.time-skipping.test.ts.
 */
import { CompleteAsyncError } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { observing } from '../iteration/attempt-observer.js';
import { ObservedItems, type PlannedEnd } from './observed-items.js';

export interface ActivityFaults {
  /** For `interceptors: { activity: [faults.interceptor] }` of the Worker. */
  readonly interceptor: ActivityInterceptorsFactory;
  /** How often each item was done, by its cursor's JSON. */
  readonly visits: ReadonlyMap<string, number>;
  /** Items done again. */
  readonly revisits: number;
  /** Planned ends that no execution has taken yet. */
  readonly left: number;
}

/**
 * @param plans how the Activity's executions end, one after another: `{ stopAfter: n }` as on a worker that is told to stop
 *   during item n (0: from the start, which still does one item), `{ killAfter: n }` as on one that is killed right after
 *   item n's effect (0: before the first item), `'undisturbed'`
 * @param activityType which Activity; default: any, also those that have no items
 */
export function activityFaults(
  plans: readonly PlannedEnd[],
  { activityType }: { readonly activityType?: string } = {},
): ActivityFaults {
  const items = new ObservedItems();
  const left = [...plans];
  return {
    interceptor: (context) => ({
      inbound: {
        execute: (input, next) => {
          if (activityType !== undefined && context.info.activityType !== activityType) return next(input);
          const end = left.shift() ?? 'undisturbed';
          if (end !== 'undisturbed' && 'killAfter' in end && end.killAfter === 0) return fallSilent();
          return new Promise((resolve, reject) => {
            const killed = (): Promise<never> => {
              fallSilent().catch(reject);
              return new Promise(() => undefined);
            };
            observing(items.observe(end, killed), () => next(input)).then(resolve, reject);
          });
        },
      },
    }),
    get visits() {
      return items.visits;
    },
    get revisits() {
      return items.revisits;
    },
    get left() {
      return left.length;
    },
  };
}

/** The one end of an Activity that the SDK tells the server nothing of; its slot is free again, so that Workers stop as ever. */
async function fallSilent(): Promise<never> {
  throw new CompleteAsyncError();
}

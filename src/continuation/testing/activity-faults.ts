/**
 * Stops and kills a real Worker's Activities in a test, also in the time-skipping environment: one line in its interceptors.
 *
 * F1  Each execution of an Activity (an attempt, or a newly scheduled one) that opens an iteration or a batch takes the next
 *     planned end; after the last one all go on undisturbed.
 * F2  A killed one is silent from then on, as after SIGKILL: it reports nothing, runs nothing more and keeps nothing. The
 *     server notices by the heartbeat timeout, also where the Worker has stopped by then.
 * F3  A stopped one has its `stopping` aborted, as by a Worker that shuts down.
 * F4  A plan that wasn't met is told, with what the execution did instead.
 *
 * Held by activity-faults.time-skipping.test.ts and planned-ends.time-skipping.test.ts.
 */
import { CompleteAsyncError, type Info } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { observing } from '../iteration/attempt-observer.js';
import { ObservedItems, type PlannedEnd } from './observed-items.js';
import { openedWork } from './opened-work.js';
import { PlanNotMetError, PlannedEnds, type TakenPlan, type UnmetPlan } from './planned-ends.js';

export interface ActivityFaults {
  /** For `interceptors: { activity: [faults.interceptor] }` of the Worker. */
  readonly interceptor: ActivityInterceptorsFactory;
  /** How often each item was done, by Workflow Id, step (of an iteration its Activity) and cursor: `letters/sendLetters/2`. */
  readonly visits: ReadonlyMap<string, number>;
  /** Items done again. */
  readonly revisits: number;
  /** Planned ends that no execution has taken yet. */
  readonly left: number;
  /** Stops and kills that did not happen (so far): nobody took them, or the execution came to another end. */
  readonly unmet: readonly UnmetPlan[];
  /** For the end of a test. @throws PlanNotMetError where there are any */
  assertMet(): void;
}

/**
 * @param plans how the Activity's executions end, one after another: `{ stopAfter: n }` as on a worker that is told to stop
 *   right after item n (0: from the start; then an item that heeds `stopping` is cut short, and one that doesn't is done),
 *   `{ killAfter: n }` as on one that is killed right after item n's effect (0: before the first item, when the Activity's
 *   code would get its first context), `'undisturbed'`
 * @param activityType which Activity; default: any. What has no items takes no plan.
 */
export function activityFaults(
  plans: readonly PlannedEnd[],
  { activityType }: { readonly activityType?: string } = {},
): ActivityFaults {
  const items = new ObservedItems();
  const ends = new PlannedEnds(plans);
  return {
    interceptor: ({ info }) => ({
      inbound: {
        execute: (input, next) => {
          if (activityType !== undefined && info.activityType !== activityType) return next(input);
          const workflowId = info.workflowExecution?.workflowId ?? info.activityId;
          const work = openedWork(input.args);
          const plan = work === null ? null : ends.take(inWords(info, workflowId, work.step));
          return new Promise((resolve, reject) => {
            const attempt = items.observe(plan?.end ?? 'undisturbed', {
              prefix: `${workflowId}/${work?.step ?? info.activityType}/`,
              // The one end of an Activity that the SDK tells the server nothing of; its slot is free again, so that Workers stop as ever.
              killed: () => reject(new CompleteAsyncError()),
            });
            plan?.watched(attempt);
            const running = observing(attempt, () => next(input));
            following(running, plan).then(resolve, reject);
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
      return ends.left;
    },
    get unmet() {
      return ends.unmet;
    },
    assertMet: () => {
      if (ends.unmet.length > 0) throw new PlanNotMetError(ends.unmet);
    },
  };
}

function inWords({ activityType, attempt }: Info, workflowId: string, step: string | null): string {
  const what = step === null ? activityType : `${activityType} (step '${step}')`;
  return `${what} of ${workflowId}, attempt ${attempt},`;
}

async function following(running: Promise<unknown>, plan: TakenPlan | null): Promise<unknown> {
  try {
    const result = await running;
    plan?.reported(result);
    return result;
  } catch (error) {
    plan?.threw(error);
    throw error;
  }
}

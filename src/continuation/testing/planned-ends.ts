/** The ends that a test has planned for executions: who took which, and what became of it. */
import type { PlannedEnd, WatchedAttempt } from './observed-items.js';

/** A plan that no execution has met. */
export interface UnmetPlan {
  readonly plan: PlannedEnd;
  /** What happened instead. */
  readonly instead: string;
}

/** A planned stop or kill did not happen: the test would pass for nothing. */
export class PlanNotMetError extends Error {
  override readonly name = 'PlanNotMetError';

  constructor(readonly unmet: readonly UnmetPlan[]) {
    const each = unmet.map(({ plan, instead }) => `${show(plan)}: ${instead}.`).join(' ');
    super(
      `${unmet.length === 1 ? 'A planned end was' : `${unmet.length} planned ends were`} not met. ${each} Plan ends that the executions get to, and name their Activity (activityType) where others come in between.`,
    );
  }
}

/** One execution with its plan. */
export interface TakenPlan {
  readonly end: PlannedEnd;
  /** The execution under watch, once it is. */
  watched(attempt: WatchedAttempt): void;
  /** What it reported. */
  reported(result: unknown): void;
  threw(error: unknown): void;
}

interface Followed {
  readonly end: PlannedEnd;
  readonly isMet: () => boolean;
  readonly instead: () => string;
}

export class PlannedEnds {
  readonly #left: PlannedEnd[];
  readonly #taken: Followed[] = [];

  constructor(plans: readonly PlannedEnd[]) {
    this.#left = [...plans];
  }

  /** Plans that no execution has taken yet. */
  get left(): number {
    return this.#left.length;
  }

  get unmet(): readonly UnmetPlan[] {
    const taken = this.#taken
      .filter(({ isMet }) => !isMet())
      .map(({ end, instead }) => ({ plan: end, instead: instead() }));
    const left = this.#left
      .filter((plan) => plan !== 'undisturbed')
      .map((plan) => ({ plan, instead: 'no execution has come to take it' }));
    return [...taken, ...left];
  }

  /** The next plan, for this execution. @param execution names it in words */
  take(execution: string): TakenPlan {
    const end = this.#left.shift() ?? 'undisturbed';
    let attempt: WatchedAttempt | null = null;
    let ended: { readonly how: string; readonly interrupted: boolean } | null = null;
    if (end !== 'undisturbed')
      this.#taken.push({
        end,
        isMet: () =>
          'killAfter' in end
            ? attempt?.isKilled() === true
            : attempt?.isStopped === true && ended?.interrupted === true,
        instead: () => {
          const items = `${attempt?.done ?? 0} ${attempt?.done === 1 ? 'item' : 'items'}`;
          return ended === null
            ? `${execution} is under way, after ${items}`
            : `${execution} ${ended.how} after ${items}`;
        },
      });
    return {
      end,
      watched: (watched) => {
        attempt = watched;
      },
      reported: (result) => {
        const kind = kindOf(result);
        ended = {
          how: `ended by itself${kind === null ? '' : ` (${kind})`}`,
          interrupted: kind === 'interrupted',
        };
      },
      threw: (error) => {
        const message = error instanceof Error ? error.message : String(error);
        ended = { how: `threw '${message}'`, interrupted: false };
      },
    };
  }
}

function kindOf(result: unknown): string | null {
  if (typeof result !== 'object' || result === null || !('kind' in result)) return null;
  return typeof result.kind === 'string' ? result.kind : null;
}

function show(plan: PlannedEnd): string {
  if (plan === 'undisturbed') return `'undisturbed'`;
  return 'killAfter' in plan ? `{ killAfter: ${plan.killAfter} }` : `{ stopAfter: ${plan.stopAfter} }`;
}

/**
 * The invariants of design.md, checked after a run of the soak: what is broken, a line each; nothing broken is an empty list.
 *
 * Pure: what it checks was read by `read-evidence.ts`.
 */
import type { PlannedRun } from './plan-run.js';

/** What the tables, the history and the stores say of a run that has ended. */
export interface Evidence {
  readonly state: string;
  readonly lost: number;
  /** Doubled, or wrong where that is how a second effect would show. */
  readonly doubled: number;
  /** Items with an outcome, as the run says and as the tables say. */
  readonly counted: { readonly byRun: number; readonly byTables: number };
  readonly revisited: { readonly byRun: number; readonly byTables: number | null };
  /** The most that may be met again after so many faults, by the lane's formula; null: no bound. */
  readonly revisitBound: number | null;
  /** Of each execution. */
  readonly events: readonly number[];
  /** Items done at each checkpoint, in the order in which they were recorded. */
  readonly done: readonly number[];
  /** What stores still keep of it. */
  readonly stored: number;
  readonly workersLeft: number;
  /** Workers that ended without having been struck. */
  readonly endedByThemselves: readonly string[];
}

/** Continue-as-new comes at 1,000 events, after what is in hand. */
const mostEvents = 1_300;

export function brokenInvariants(plan: PlannedRun, evidence: Evidence): string[] {
  const { lost, doubled, counted, revisited, revisitBound, events, done } = evidence;
  const broken: string[] = [];
  const holds = (rule: boolean, words: string): void => {
    if (!rule) broken.push(words);
  };
  holds(evidence.state === 'completed', `the run is ${evidence.state}, not completed`);
  holds(lost === 0, `lost ${lost}`);
  holds(doubled === 0, `doubled ${doubled}`);
  holds(
    counted.byRun === counted.byTables,
    `the run counted ${counted.byRun} items, the tables have ${counted.byTables}`,
  );
  const met = Math.max(revisited.byRun, revisited.byTables ?? 0);
  holds(
    revisitBound === null || met <= revisitBound,
    `${met} met again, at most ${revisitBound} may be after ${plan.faults.length} faults`,
  );
  holds(
    revisited.byTables === null || revisited.byRun <= revisited.byTables,
    `the run counted ${revisited.byRun} met again, the tables only ${revisited.byTables}`,
  );
  holds(Math.max(0, ...events) <= mostEvents, `an execution has ${Math.max(0, ...events)} events`);
  holds(
    done.every((items, index) => index === 0 || items >= (done[index - 1] ?? 0)),
    'a later checkpoint has fewer items than an earlier one',
  );
  holds(evidence.stored === 0, `${evidence.stored} checkpoints are still in a store`);
  holds(evidence.workersLeft === 0, `${evidence.workersLeft} workers are left`);
  for (const words of evidence.endedByThemselves) broken.push(words);
  return broken;
}

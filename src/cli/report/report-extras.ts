/** What the page says beside one comparison's numbers: each part appears where it is given. */
import type { LaneName } from '../compare/lanes.js';

/** What a run of so many items left behind in Workflow history, over its whole continue-as-new chain. */
export interface HistoryPoint {
  readonly lane: LaneName;
  readonly items: number;
  readonly events: number;
  readonly bytes: number;
  readonly executions: number;
}

/** A table in words. */
export interface WordTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface ReportExtras {
  /** One job at several sizes; without it the page shows the histories of the comparison's own runs. */
  readonly historyGrowth?: readonly HistoryPoint[];
  /** What each lane guarantees, the original's rows, its claims: in the order in which they are to stand. */
  readonly tables?: readonly WordTable[];
  /** What nobody should read into the page. */
  readonly notClaimed?: readonly string[];
  /** What the numbers owe to the dev server or this machine, and what they don't. */
  readonly dependence?: {
    readonly onThisStand: readonly string[];
    readonly onNothingHere: readonly string[];
  };
}

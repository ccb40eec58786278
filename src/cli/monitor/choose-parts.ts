/**
 * Which parts of the monitor are shown at which height: the layout rule. Pure.
 *
 * L1  Never more lines than there are.
 * L2  First a line of each part; then the parts grow in turn, in an order that serves whoever watches a run being killed.
 * L3  What doesn't fit is counted in a line of its own, which takes the place of the last.
 */

/** What there is to show, in lines. */
export interface Wanted {
  /** Parts of the stack that are away. */
  readonly away: number;
  readonly openRuns: number;
  /** Open runs of which more is to be said than goes into their lines. */
  readonly longRemarks: number;
  readonly endedRuns: number;
  readonly workers: number;
  readonly events: number;
}

/** How much of it is shown. */
export interface Chosen {
  readonly title: 0 | 1;
  readonly orders: 0 | 1 | 2;
  readonly headings: 'none' | 'tight' | 'spaced';
  readonly away: number;
  readonly openRuns: number;
  /** Lines of each open run. */
  readonly runLines: 1 | 2 | 3 | 4;
  readonly endedRuns: number;
  readonly workers: number;
  readonly events: number;
}

/** RUNS, WORKERS, EVENTS; spaced, with an empty line before each. */
const headingLines = 3;
const spacedFrom = 20;

export function chooseParts(wanted: Wanted, height: number): Chosen {
  const chosen = {
    title: 0 as 0 | 1,
    orders: 0 as 0 | 1 | 2,
    headings: 'none' as Chosen['headings'],
    away: 0,
    openRuns: 0,
    runLines: 1 as Chosen['runLines'],
    endedRuns: 0,
    workers: 0,
    events: 0,
  };
  let left = Math.max(0, Math.floor(height));
  const take = (lines: number): boolean => {
    if (lines > left) return false;
    left -= lines;
    return true;
  };
  /** One line each, up to so many of them, as far as there is room. */
  const grow = (part: 'away' | 'openRuns' | 'endedRuns' | 'workers' | 'events', upTo: number): void => {
    // One line stands for "none" where there is nothing.
    const most = Math.min(
      upTo,
      part === 'openRuns' || part === 'workers' ? Math.max(1, wanted[part]) : wanted[part],
    );
    const linesEach = part === 'openRuns' ? chosen.runLines : 1;
    while (chosen[part] < most && take(linesEach)) chosen[part] += 1;
  };
  const detail = (runLines: 2 | 3 | 4): void => {
    if (wanted.openRuns === 0 || chosen.runLines !== runLines - 1 || !take(chosen.openRuns)) return;
    chosen.runLines = runLines;
  };

  if (take(1)) chosen.title = 1;
  if (take(1)) chosen.orders = 1;
  grow('openRuns', 1);
  grow('away', 4);
  grow('workers', 1);
  grow('events', 1);
  grow('openRuns', 4);
  grow('workers', 3);
  grow('events', 3);
  grow('openRuns', 10);
  detail(2);
  detail(3);
  if (wanted.longRemarks > 0) detail(4);
  if (take(headingLines)) chosen.headings = 'tight';
  if (chosen.orders === 1 && take(1)) chosen.orders = 2;
  grow('endedRuns', 1);
  grow('events', 6);
  // By height alone: lines must not move with each event.
  if (chosen.headings === 'tight' && height >= spacedFrom && take(headingLines)) chosen.headings = 'spaced';
  grow('workers', Number.POSITIVE_INFINITY);
  grow('endedRuns', 5);
  grow('openRuns', Number.POSITIVE_INFINITY);
  grow('events', Number.POSITIVE_INFINITY);
  return chosen;
}

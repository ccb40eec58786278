/**
 * Which runs a reading looks at, and in which order it shows them. Pure.
 *
 * K1  The newest of the open ones, and those that ended last.
 * K2  Every run that was open at the reading before: the lists are a moment behind, and hold only so many that have ended. That one is gone
 *     is the server's word alone.
 */

/** As the server lists it. */
export interface ListedRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly startedAtMs: number;
  /** Null while it is open. */
  readonly closedAtMs: number | null;
}

export interface RunToRead {
  readonly workflowId: string;
  /** Of an execution that has ended, where a list says so: it moves no more. */
  readonly endedRunId: string | null;
}

const openShown = 20;
const endedShown = 5;

/** @param openBefore ids of the runs that the reading before found open */
export function pickRuns(
  listed: { readonly open: readonly ListedRun[]; readonly ended: readonly ListedRun[] },
  openBefore: readonly string[],
): RunToRead[] {
  const open = newestFirst(listed.open);
  const openIds = new Set(open.map(({ workflowId }) => workflowId));
  const over = newestOfEach(listed.ended.filter(({ workflowId }) => !openIds.has(workflowId)));
  const picked = [
    ...open.slice(0, openShown).map(({ workflowId }) => ({ workflowId, endedRunId: null })),
    ...over.slice(0, endedShown).map(({ workflowId, runId }) => ({ workflowId, endedRunId: runId })),
  ];
  // One that is listed as open, beyond those that are shown, is open.
  const known = new Set([...openIds, ...picked.map(({ workflowId }) => workflowId)]);
  const missed = openBefore.filter((workflowId) => !known.has(workflowId));
  return [...picked, ...missed.map((workflowId) => ({ workflowId, endedRunId: null }))];
}

type Dated = Pick<ListedRun, 'startedAtMs' | 'closedAtMs'>;

/** The open ones first, newest first, and not more than are shown; then those that ended last. */
export function inOrder<T extends Dated>(runs: readonly T[]): T[] {
  const open = newestFirst(runs.filter(({ closedAtMs }) => closedAtMs === null));
  return [
    ...open.slice(0, openShown),
    ...lastEndedFirst(runs.filter(({ closedAtMs }) => closedAtMs !== null)),
  ];
}

function newestFirst<T extends Dated>(runs: readonly T[]): T[] {
  return [...runs].sort((a, b) => b.startedAtMs - a.startedAtMs);
}

function lastEndedFirst<T extends Dated>(runs: readonly T[]): T[] {
  return [...runs].sort((a, b) => (b.closedAtMs ?? 0) - (a.closedAtMs ?? 0));
}

/** A run that was started again has several ends under one id. */
function newestOfEach(ended: readonly ListedRun[]): ListedRun[] {
  const byEnd = lastEndedFirst(ended);
  return byEnd.filter(
    ({ workflowId }, index) => byEnd.findIndex((one) => one.workflowId === workflowId) === index,
  );
}

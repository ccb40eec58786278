/**
 * Reads a run back without any worker: from Workflow history, pending Activities and the server's description.
 *
 * R1  Never by Query or Update: those need a worker and hang to their deadline without one.
 * R2  `readRun` reads the newest execution only, since continue-as-new carried the rest: quick at any size.
 * R3  `readCheckpoints` follows the whole continue-as-new chain, and that of the failed run which was started again, oldest
 *     first, and says where each checkpoint came from.
 * R4  What stores keep is read where they are handed in; one that is away is named, and hides nothing else.
 * R5  A partitioned run is read with its partitions, as one.
 * R6  Of two checkpoints the newer by sequence wins, never by clock.
 */
import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { tallyOf } from '../checkpoint.js';
import { showCadence } from '../checkpoint-cadence.js';
import type { CheckpointStore } from '../iteration/stores/checkpoint-store.js';
import { describeFailure } from './describe-failure.js';
import { controlOf, foldProgress, nothingYet, type Standing, take } from './fold-progress.js';
import { type LiveWork, readLiveWork } from './live-checkpoint.js';
import { describeExecution, readChain, readExecution } from './read-chain.js';
import type { RecordedCheckpoint, RecordedExecution, RunState, RunStateName } from './run-state.js';
import { type FoundInStore, readStoredWork, type StoredWork, withStored } from './stored-checkpoints.js';
import { byTime, withPartitions } from './sum-partitions.js';

export interface ReadOptions {
  /** Stores in which the run may keep checkpoints besides; default: none. */
  readonly stores?: readonly CheckpointStore[];
}

export interface RunHistory {
  readonly run: RunState;
  readonly executions: readonly RecordedExecution[];
  readonly checkpoints: readonly RecordedCheckpoint[];
}

/** Where a run stands now. @throws WorkflowNotFoundError, and the client's ServiceError when the server is away */
export async function readRun(
  client: Client,
  workflowId: string,
  { stores = [] }: ReadOptions = {},
): Promise<RunState> {
  const description = await client.workflow.getHandle(workflowId).describe();
  const [standing, live, stored, firstStartedAt] = await Promise.all([
    readExecution(client, workflowId, description.runId, nothingYet),
    readLiveWork(client, description),
    readStoredWork(stores, workflowId),
    readFirstStart(client, description),
  ]);
  const { runId } = description;
  const now = notInHistory(standing, live, stored).reduce(
    (before, found) => withStored(before, found, runId),
    withLive(standing, live, runId),
  );
  const run = toState(description, now, { live, stored }, firstStartedAt);
  const partitions = await readPartitions(partitionsOf(workflowId, now), (child) =>
    readRun(client, child, { stores }),
  );
  return withPartitions(run, partitions);
}

/** Those that have begun. Some at a time: there may be a thousand. */
async function readPartitions<Read>(
  children: readonly string[],
  read: (workflowId: string) => Promise<Read>,
): Promise<Read[]> {
  const partitions: Read[] = [];
  for (let next = 0; next < children.length; next += readAtOnce) {
    const some = children.slice(next, next + readAtOnce).map((workflowId) => unlessGone(read(workflowId)));
    for (const found of await Promise.all(some)) if (found !== null) partitions.push(found);
  }
  return partitions;
}

/** A partition is called after its run, and numbered; other children are a job's own affair. */
function partitionsOf(workflowId: string, { children }: Standing): string[] {
  const start = `${workflowId}/`;
  return children.filter((child) => child.startsWith(start) && /^\d+$/.test(child.slice(start.length)));
}

const readAtOnce = 20;

/** Null for what has not begun, or is past the server's retention. */
async function unlessGone<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** The state of a run alone: of a partitioned one its own, without a look at its partitions. @throws as `readRun` */
export async function readState(client: Client, workflowId: string): Promise<RunStateName> {
  const description = await client.workflow.getHandle(workflowId).describe();
  if (stateOf(description.status.name) !== 'running') return stateOf(description.status.name);
  return stateNow(description, await readExecution(client, workflowId, description.runId, nothingYet));
}

/** All checkpoints of a run, over its whole chain, the live one last. @throws as `readRun` */
export async function readCheckpoints(
  client: Client,
  workflowId: string,
  { stores = [] }: ReadOptions = {},
): Promise<RunHistory> {
  const description = await client.workflow.getHandle(workflowId).describe();
  const [live, stored, chain] = await Promise.all([
    readLiveWork(client, description),
    readStoredWork(stores, workflowId),
    readChain(client, workflowId, description.runId),
  ]);
  let standing = nothingYet;
  const executions: RecordedExecution[] = [];
  const checkpoints: RecordedCheckpoint[] = [];
  const moveTo = (next: Standing): void => {
    if (next.latest !== null && next.latest !== standing.latest) checkpoints.push(next.latest);
    standing = next;
  };
  for (const { runId, progress, recorded } of chain) {
    for (const event of progress) moveTo(foldProgress(standing, event, runId));
    executions.push(await recorded);
  }
  moveTo(withLive(standing, live, description.runId));
  for (const found of notInHistory(standing, live, stored))
    moveTo(withStored(standing, found, description.runId));
  // As `readRun`: of a run that was started again, since then.
  const start = executions.findLast(({ startedBy }) => startedBy !== 'continue-as-new');
  const firstStartedAt = start?.startedAt ?? description.startTime;
  const run = toState(description, standing, { live, stored }, firstStartedAt);
  const parts = await readPartitions(partitionsOf(workflowId, standing), (child) =>
    readCheckpoints(client, child, { stores }),
  );
  return {
    run: withPartitions(
      run,
      parts.map((part) => part.run),
    ),
    executions: [...executions, ...parts.flatMap(executionsOf)],
    checkpoints:
      parts.length === 0 ? checkpoints : [...checkpoints, ...parts.flatMap(checkpointsOf)].sort(byTime),
  };
}

function executionsOf({ run, executions }: RunHistory): RecordedExecution[] {
  return executions.map((execution) => ({ partition: run.workflowId, ...execution }));
}

function checkpointsOf({ run, checkpoints }: RunHistory): RecordedCheckpoint[] {
  return checkpoints.map((checkpoint) => ({ partition: run.workflowId, ...checkpoint }));
}

/** What stores keep of this very run, and the place that a paused batch left in its heartbeat. */
function notInHistory(
  { chain }: Standing,
  { heldBatch }: LiveWork,
  { found }: StoredWork,
): readonly FoundInStore[] {
  const own = found.filter((stored) => stored.chain === chain);
  return heldBatch === null ? own : [...own, heldBatch];
}

/** Takes in what the pending Activity says: its tally, and its checkpoint where that is newer than history's (R6). */
export function withLive(standing: Standing, live: Pick<LiveWork, 'checkpoint'>, runId: string): Standing {
  if (live.checkpoint === null || live.checkpoint.checkpoint.sequence < standing.sequence) return standing;
  const { checkpoint, at } = live.checkpoint;
  const { cursor, counts, total, sequence } = checkpoint;
  const next = take(standing, checkpoint);
  // A sign of life, before the first item or right after a resume: nothing that history doesn't have already.
  if (sequence === standing.sequence) return next;
  const latest: RecordedCheckpoint = {
    source: 'heartbeat',
    cursor,
    counts,
    total,
    at,
    runId,
    eventId: null,
  };
  return { ...next, latest };
}

/** When the run's first execution started; its newest one's start where the first is past the server's retention. */
async function readFirstStart(client: Client, description: WorkflowExecutionDescription): Promise<Date> {
  const firstRunId = description.raw.workflowExecutionInfo?.firstRunId || description.runId;
  if (firstRunId === description.runId) return description.startTime;
  const { startedAt } = await describeExecution(client, description.workflowId, firstRunId, 'start');
  return startedAt ?? description.startTime;
}

function toState(
  description: WorkflowExecutionDescription,
  standing: Standing,
  { live, stored }: { readonly live: LiveWork; readonly stored: StoredWork },
  firstStartedAt: Date,
): RunState {
  const { cursor, executions, result, failure, cadence } = standing;
  return {
    ...tallyOf(standing),
    workflowId: description.workflowId,
    workflowType: description.type,
    memo: description.memo ?? {},
    state: stateNow(description, standing),
    firstStartedAt,
    closedAt: description.closeTime ?? null,
    failure: failure === null ? null : describeFailure(failure),
    cursor,
    executions,
    latest: standing.latest,
    cadence: cadence === null ? null : showCadence(cadence),
    pending: live.pending,
    storesAway: stored.away,
    partitions: [],
    result,
  };
}

/** With what operators asked. */
function stateNow({ status }: WorkflowExecutionDescription, standing: Standing): RunStateName {
  const state = stateOf(status.name);
  return state === 'running' ? controlOf(standing).state : state;
}

/** The server's status in our words; a terminated run counts as cancelled: somebody ended it. */
export function stateOf(status: WorkflowExecutionDescription['status']['name']): RunStateName {
  switch (status) {
    case 'COMPLETED':
      return 'completed';
    case 'FAILED':
    case 'TIMED_OUT':
      return 'failed';
    case 'CANCELLED':
    case 'TERMINATED':
      return 'cancelled';
    case 'PAUSED':
      return 'paused';
    default:
      return 'running';
  }
}

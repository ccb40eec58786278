/** Which run a person means: an id, a unique prefix of one, or the newest. */
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { InvalidArgumentError } from 'commander';
import { UserError } from '../user-error.js';
import { taskQueue } from '../worker/task-queue.js';
import { readMemo } from './run-memo.js';

/** What may stand in an id, a partition's too: anything else can't name a run, and must not reach the list query. */
const idPattern = /^[\w.:-]+(\/\d+)?$/;

/** Partitions are parts of runs, and no runs of their own. */
export const noPartitions = 'ParentWorkflowId IS NULL';

const ourRuns = `TaskQueue = "${taskQueue}" AND ${noPartitions}`;

/** A parser for commander. @throws InvalidArgumentError for what can't name a run */
export function runWord(text: string): string {
  if (idPattern.test(text)) return text;
  throw new InvalidArgumentError("It can't be a run's id: npx leftoff runs lists them.");
}

/** @param word as `runWord` lets it pass. @throws UserError when there is none, or more than one */
export async function findRun(client: Client, word: string | undefined): Promise<string> {
  if (word === undefined) return newestRun(client);
  if (await exists(client, word)) return word;
  const ids = await idsOf(client, `${ourRuns} AND WorkflowId STARTS_WITH "${word}"`);
  const [only, ...others] = ids;
  if (only === undefined) throw new UserError(`There is no run '${word}'.`, 'npx leftoff runs');
  if (others.length === 0) return only;
  throw new UserError(`'${word}' could be ${ids.slice(0, 5).join(', ')}.`, 'Give more of the id.', 'usage');
}

async function newestRun(client: Client): Promise<string> {
  const [newest] = await listNewest(client, amongNewest);
  if (newest !== undefined) return newest.workflowId;
  throw new UserError('There is no run yet.', 'npx leftoff run step:process-orders');
}

/** A server with SQL visibility lists open runs first, then the closed ones by their end: the newest is among these. */
const amongNewest = 100;

/** The newest runs by their start, each once. */
export async function listNewest(client: Client, limit: number): Promise<WorkflowExecutionInfo[]> {
  const atMost = Math.max(limit, amongNewest);
  const runs = await listOurRuns(client, 'ExecutionStatus != "ContinuedAsNew"', atMost);
  return runs.sort((a, b) => startOf(b).getTime() - startOf(a).getTime()).slice(0, limit);
}

/** Our runs of which this holds too, in the server's order. @param which as the list query has it */
export async function listOurRuns(
  client: Client,
  which: string,
  atMost: number,
): Promise<WorkflowExecutionInfo[]> {
  const runs: WorkflowExecutionInfo[] = [];
  for await (const run of client.workflow.list({ query: `${ourRuns} AND ${which}`, pageSize: atMost })) {
    runs.push(run);
    if (runs.length >= atMost) break;
  }
  return runs;
}

/** When the run itself started: the server lists its newest execution, and when that one did. */
export function startOf({ memo, startTime }: WorkflowExecutionInfo): Date {
  const { startedAt } = readMemo(memo);
  return startedAt === undefined ? startTime : new Date(startedAt);
}

async function exists(client: Client, workflowId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId).describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function idsOf(client: Client, query: string): Promise<string[]> {
  const ids = new Set<string>();
  for await (const { workflowId } of client.workflow.list({ query })) ids.add(workflowId);
  return [...ids];
}

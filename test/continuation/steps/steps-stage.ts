/**
 * Runs jobs in steps on the time-skipping server: one Activity, `visit`, notes what it is asked for and does what the test
 * says it shall: nothing, fail, take its time.
 */
import { randomUUID } from 'node:crypto';
import {
  type Client,
  WorkflowFailedError,
  type WorkflowHandle,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { RuntimeOptions } from '@temporalio/worker';
import type { RunResult } from '../../../src/continuation/checkpoint.js';
import type { Continuation } from '../../../src/continuation/steps/index.js';
import { taskQueue, timeSkipping } from '../../workflows/time-skipping.js';

export interface StageActivities {
  /** Leaves a trace that the test reads. */
  visit(what: string): Promise<string>;
}

/** What a visit does, beyond being noted. @param times how often this was visited before, in this run */
type Visit = (what: string, times: number) => Promise<unknown>;

interface StageRun {
  readonly handle: WorkflowHandleWithFirstExecutionRunId;
  /** What was visited, in order. */
  readonly visited: readonly string[];
  /** How it ended: exactly one of the two is there. */
  end(): Promise<{ readonly result: RunResult | null; readonly failure: unknown }>;
  /** Milliseconds of the timers that it started, over its whole chain: the server's clock jumps far when a run ends. */
  waits(): Promise<readonly number[]>;
  /** Its child of this name, as it appears behind the run's id. */
  child(name: string): WorkflowHandle;
}

export interface StartOptions {
  readonly args?: readonly unknown[];
  readonly visit?: Visit;
  readonly memo?: Readonly<Record<string, unknown>>;
  /** Default: a second. A task that timed out on a busy machine is done, and logged, once more. */
  readonly workflowTaskTimeout?: '1 second' | '10 seconds';
}

export interface StepsStage {
  readonly client: Client;
  start(workflow: string, options?: StartOptions): Promise<StageRun>;
  tearDown(): Promise<void>;
}

/**
 * @param workflows the file with the Workflows, relative to `test/workflows`
 * @param runtime where logs and metrics go; by default nowhere
 */
export async function stepsStage(workflows: string, runtime?: RuntimeOptions): Promise<StepsStage> {
  const server = await timeSkipping(workflows, runtime);
  const { Context } = await import('@temporalio/activity');
  const runs = new Map<string, { readonly visited: string[]; readonly visit: Visit }>();
  const activities: StageActivities = {
    async visit(what) {
      // Children and partitions are named after their run.
      const [workflowId = ''] = (Context.current().info.workflowExecution?.workflowId ?? '').split('/');
      const run = runs.get(workflowId);
      if (run === undefined) throw new Error(`No run ${workflowId}.`);
      const times = run.visited.filter((before) => before === what).length;
      run.visited.push(what);
      await run.visit(what, times);
      return what;
    },
  };
  await server.startWorker(activities);
  const { client } = server.environment;
  return {
    client,
    async start(workflow, options = {}) {
      const { args = [], visit = async () => undefined, memo = {} } = options;
      const { workflowTaskTimeout = '1 second' } = options;
      const workflowId = randomUUID();
      const visited: string[] = [];
      runs.set(workflowId, { visited, visit });
      const handle = await client.workflow.start(workflow, {
        taskQueue,
        workflowId,
        args: [...args],
        memo,
        workflowTaskTimeout,
      });
      return {
        handle,
        visited,
        end: () => endOf(handle),
        waits: () => waitsOf(client, workflowId, handle.firstExecutionRunId),
        child: (name) => client.workflow.getHandle(`${workflowId}/${name}`),
      };
    },
    tearDown: () => server.tearDown(),
  };
}

function endOf(handle: WorkflowHandleWithFirstExecutionRunId) {
  return handle.result().then(
    (result: RunResult) => ({ result, failure: null }),
    (error: unknown) => ({
      result: null,
      failure: error instanceof WorkflowFailedError ? error.cause : error,
    }),
  );
}

async function waitsOf(client: Client, workflowId: string, firstRunId: string): Promise<number[]> {
  const waits: number[] = [];
  let runId: string | null = firstRunId;
  while (runId !== null) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    runId = null;
    for (const event of events ?? []) {
      const timeout = event.timerStartedEventAttributes?.startToFireTimeout;
      if (timeout) waits.push(Number(timeout.seconds ?? 0) * 1_000 + (timeout.nanos ?? 0) / 1_000_000);
      runId = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? runId;
    }
  }
  return waits;
}

/** What a failed run kept, to start it again with. */
export function keptBy(failure: unknown): Continuation {
  const kept: unknown = failure instanceof ApplicationFailure ? failure.details?.[0] : null;
  if (!isContinuation(kept)) throw new Error('The failure keeps no continuation.');
  return kept;
}

function isContinuation(kept: unknown): kept is Continuation {
  return typeof kept === 'object' && kept !== null && 'type' in kept && kept.type === 'leftoff.continuation';
}

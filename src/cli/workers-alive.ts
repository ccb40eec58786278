/**
 * Which workers are there to go on with a run: this checkout's register, and pollers of other machines.
 *
 * The server lists a poller for minutes after its end, so one of this machine counts only if the register proves it.
 */
import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { dateOf } from '../continuation/inspection/execution-history.js';
import { taskQueue } from '../worker/task-queue.js';
import type { WorkerRecord } from '../worker/worker-record.js';

/** A long poll lasts a minute; who has not polled for longer is gone. */
const pollerFreshMs = 70_000;

/** Identities of workers that can take work now. @param own this checkout's, as `listWorkers` has them */
export async function workersAlive(
  client: Client,
  own: readonly Pick<WorkerRecord, 'identity'>[],
): Promise<string[]> {
  return own.length > 0 ? own.map(({ identity }) => identity) : findWorkersOfOtherMachines(client);
}

/** Identities of those that have just polled from another machine, or from a container. */
export async function findWorkersOfOtherMachines(client: Client): Promise<string[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
  });
  const now = Date.now();
  return (pollers ?? []).flatMap(({ identity, lastAccessTime }) => {
    const fresh = now - (dateOf(lastAccessTime)?.getTime() ?? 0) < pollerFreshMs;
    return identity && fresh && !identity.endsWith(`@${hostname()}`) ? [identity] : [];
  });
}

export const noWorker = 'no worker: start one with npx leftoff worker';

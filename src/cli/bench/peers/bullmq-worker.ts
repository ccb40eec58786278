/**
 * BullMQ's worker, a process of its own.
 *
 * `walk` is its pattern of step jobs: one job, whose data say where it is (`updateData`); a job that stalled starts with the data that it
 * had last. `each` adds a job an order, in bulk. Jobs are removed when they are done, as its documentation advises.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Job, Queue, Worker } from 'bullmq';
import { type OrderWork, pageOfOrders } from './order-work.js';
import { promptBullmq } from './peer-lanes.js';
import { servePeer } from './serve-peer.js';

const pollMs = 50;

type OrdersJob =
  | { readonly kind: 'walk'; readonly runId: string; readonly upTo: number; readonly cursor: number | null }
  | { readonly kind: 'order'; readonly runId: string; readonly orderId: number };

servePeer(async ({ redisUrl, queue: name, manner, settings }, work, fail) => {
  if (redisUrl === null) throw new Error('BullMQ needs a Redis.');
  // Without a limit of tries a command: its documentation asks for that of workers.
  const connection = { url: redisUrl, maxRetriesPerRequest: null };
  const queue = new Queue<OrdersJob>(name, { connection, defaultJobOptions: { removeOnComplete: true } });
  const every = manner.kind === 'walk' ? manner.every : 1;
  const worker = new Worker<OrdersJob, number>(name, (job) => processJob(job, work, every), {
    connection,
    concurrency: manner.kind === 'each' ? manner.atOnce : 1,
    ...(settings === 'prompt' ? promptBullmq : {}),
  });
  worker.on('failed', (_, error) => fail(error));
  worker.on('error', fail);
  await worker.waitUntilReady();

  /** @returns once so many jobs are completed as `add` says that it added */
  const runJobs = async (add: () => Promise<number>): Promise<number> => {
    let checkpoints = 0;
    let completed = 0;
    let added: number | null = null;
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (completed === added) resolve();
      };
      worker.on('completed', (_, kept) => {
        completed += 1;
        checkpoints += kept;
        look();
      });
      add().then((count) => {
        added = count;
        look();
      }, reject);
    });
    worker.removeAllListeners('completed');
    return checkpoints;
  };

  return {
    run: async (runId) => {
      const upTo = await work.select(runId);
      const checkpoints = await runJobs(async () => {
        if (manner.kind === 'each') return addEach(queue, work, runId, upTo);
        await queue.add('orders', { kind: 'walk', runId, upTo, cursor: null });
        return 1;
      });
      await work.report(runId);
      return { checkpoints };
    },
    // The queue is the run's. Done jobs are removed, one that failed is told of.
    over: async () => {
      while ((await queue.getJobCountByTypes('active', 'waiting', 'delayed')) > 0) await delay(pollMs);
    },
    close: async () => {
      await worker.close();
      await queue.close();
    },
  };
});

/** @returns how often its progress was kept, its completion included */
async function processJob(job: Job<OrdersJob, number>, work: OrderWork, every: number): Promise<number> {
  const { data } = job;
  if (data.kind === 'order') {
    await work.charge(data.runId, data.orderId);
    return 1;
  }
  const { runId, upTo } = data;
  let { cursor } = data;
  let done = 0;
  let kept = 0;
  for (;;) {
    const page = await work.after({ runId, upTo, cursor, limit: pageOfOrders });
    for (const orderId of page) {
      await work.charge(runId, orderId);
      cursor = orderId;
      done += 1;
      if (done % every > 0) continue;
      await job.updateData({ ...data, cursor });
      kept += 1;
    }
    if (page.length < pageOfOrders) return kept + 1;
  }
}

async function addEach(
  queue: Queue<OrdersJob>,
  work: OrderWork,
  runId: string,
  upTo: number,
): Promise<number> {
  let cursor: number | null = null;
  let added = 0;
  for (;;) {
    const page: readonly number[] = await work.after({ runId, upTo, cursor, limit: pageOfOrders });
    await queue.addBulk(
      page.map((orderId) => ({ name: 'order', data: { kind: 'order', runId, orderId } as const })),
    );
    added += page.length;
    cursor = page.at(-1) ?? cursor;
    if (page.length < pageOfOrders) return added;
  }
}

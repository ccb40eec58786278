/**
 * A worker: polls for Workflow and Activity Tasks, tells what it does, stops with the item in hand done.
 *
 * S1  Asked to stop, Activities hear of it at once (no grace before that): each ends its item and returns its exact cursor.
 * S2  A worker that doesn't come to an end in `shutdownMs` is ended all the same; what it had in hand is met again.
 * S3  Its note in the register is there from ready to stopped.
 * S4  A database that is away when it starts is told at once; it works as soon as that is back.
 */
import { type ActivityInboundCallsInterceptor, type NativeConnection, Worker } from '@temporalio/worker';
import { checkpointStores } from '../activities/checkpoint-stores.js';
import { type ReportsTold, reportActivities } from '../activities/generate-reports.js';
import { type ImportTold, importActivities } from '../activities/import-orders.js';
import type { VisitsTold } from '../activities/order-visits.js';
import { orderActivities } from '../activities/process-orders.js';
import { naiveActivities } from '../activities/process-orders-naively.js';
import { originalError } from '../continuation/iteration/index.js';
import { leftoff } from '../continuation/plugin/index.js';
import type { Timing } from '../continuation/timing.js';
import { openPool } from '../orders/open-pool.js';
import type { StackAddresses } from '../stack/addresses.js';
import { identifyProcess } from '../stack/processes/process-identity.js';
import { withoutPassword } from '../stack/without-password.js';
import { fileFaultSeam, type HeldWorker } from './fault-points.js';
import { installRuntime, metricsUrl } from './install-runtime.js';
import { OutageNotice } from './outage-notice.js';
import { taskQueue } from './task-queue.js';
import type { Tracing } from './tracing/tracing.js';
import { workerConnections } from './worker-connections.js';
import { awaitEnd } from './worker-end.js';
import { type WorkEvent, type WorkerEvent, type WorkerStopped, workerIdentity } from './worker-events.js';
import type { WorkerLog } from './worker-log.js';
import { removeWorkerRecord, writeWorkerRecord } from './worker-record.js';
import { activityPolls, concurrentActivities } from './worker-slots.js';
import { tracedWorkflowBundlePath, workflowBundlePath } from './workflow-bundle-path.js';

export interface WorkerSettings {
  /** Connects to Temporal; called once. */
  readonly connect: () => Promise<NativeConnection>;
  /** What `connect` connects to. */
  readonly temporal: StackAddresses['temporal'];
  readonly databaseUrl: string;
  /** Null where there is no Redis: a run that wants one goes on with what the heartbeat keeps. */
  readonly redisUrl: string | null;
  readonly timing: Timing;
  /** Where its note and its faults are. */
  readonly home: string;
  /** Gets the SDK's lines, and those of runs. */
  readonly log: WorkerLog;
  /** `host:port` where its metrics are served; null: nowhere. */
  readonly metricsAddress: string | null;
  /** Null: nothing is traced. */
  readonly tracing: Tracing | null;
  readonly faultSeam: boolean;
  /** Workflow code of another version, in a file of its own; default: this build's. */
  readonly workflowBundle?: string;
  readonly onEvent: (event: WorkerEvent) => void;
}

export interface RunningWorker {
  readonly identity: string;
  /** Asks it to stop; asking again does nothing. */
  stop(signal: string): void;
  /** Resolves when it has stopped. @throws what ended it otherwise */
  readonly ended: Promise<WorkerStopped>;
}

/** Each thread loads the Workflow code anew, which a worker's start waits for; a run's Workflow itself is light work. */
const workflowThreads = 1;
/** Bounds memory: a run's Workflow beyond it is replayed from history, which is short by design. */
const cachedWorkflows = 100;

export async function startWorker(settings: WorkerSettings): Promise<RunningWorker> {
  const identity = workerIdentity();
  const { timing, home, onEvent, metricsAddress, tracing } = settings;
  installRuntime(settings);
  const [connection, own] = await Promise.all([settings.connect(), identifyProcess(process.pid)]);
  const notice = new OutageNotice(onEvent);
  const pool = openPool(settings.databaseUrl, {
    max: concurrentActivities,
    onIdleError: (error) => notice.failed(error),
    statementLimitMs: timing.queryTimeoutMs,
    name: workerConnections(process.pid),
    pipeline: true,
  });
  // Beside the rest of the start: the first order needn't wait for a connection (S4).
  pool.query('SELECT').catch((error: unknown) => notice.unreachable(error));
  const tally: Tally = {
    visited: 0,
    lastOrderId: null,
    lastReport: null,
    lastLine: null,
    keepsCursor: false,
  };
  let stoppedAtMs = 0;
  const stores = checkpointStores(pool, settings.redisUrl);
  const seamOf = (item: HeldWorker['item']) =>
    settings.faultSeam ? fileFaultSeam(home, item, (held) => onEvent({ kind: 'held', ...held })) : null;
  const worked = (event: WorkEvent): void => {
    notice.worked();
    count(tally, event);
    onEvent(event);
  };
  const around = {
    faultSeam: seamOf('order'),
    onVisits: (told: VisitsTold) => worked({ kind: 'visited', ...told }),
  };
  const aroundReports = {
    faultSeam: seamOf('customer'),
    onReports: (told: ReportsTold) => worked({ kind: 'reported', ...told }),
  };
  const aroundImports = {
    faultSeam: seamOf('line'),
    onImported: (told: ImportTold) => worked({ kind: 'imported', ...told }),
  };
  const activities = {
    ...orderActivities(pool, around, stores),
    ...naiveActivities(pool, around),
    ...reportActivities(pool, aroundReports, stores),
    ...importActivities(pool, aroundImports, stores),
  };
  const worker = await Worker.create({
    connection,
    namespace: settings.temporal.namespace,
    taskQueue,
    identity,
    workflowBundle: {
      codePath: settings.workflowBundle ?? (tracing === null ? workflowBundlePath : tracedWorkflowBundlePath),
    },
    ...(tracing === null ? {} : { sinks: tracing.sinks }),
    workflowThreadPoolSize: workflowThreads,
    // No payload of ours holds a bigint or a Date, and the clients of the CLI start sooner without the converter.
    plugins: [leftoff({ activities, timing, payloads: 'own' })],
    interceptors: {
      activity: [
        ...(tracing?.activityInterceptors ?? []),
        () => ({ inbound: { execute: noticing(notice) } }),
      ],
    },
    maxConcurrentActivityTaskExecutions: concurrentActivities,
    // Not maxConcurrentActivityTaskPolls: @temporalio/worker 1.24 declares it, and passes it on to nobody.
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: activityPolls },
    maxCachedWorkflows: cachedWorkflows,
  });
  const running = worker.run();
  if (own !== null) {
    await writeWorkerRecord(home, {
      process: own,
      identity,
      profile: timing.profile,
      faultSeam: settings.faultSeam,
      servers: { temporal: settings.temporal.address, postgres: withoutPassword(settings.databaseUrl) },
    });
  }
  onEvent({ kind: 'ready', identity, afterMs: Math.round(performance.now()) });
  if (metricsAddress !== null) onEvent({ kind: 'metrics', url: metricsUrl(metricsAddress) });
  return {
    identity,
    stop(signal) {
      if (worker.getState() !== 'RUNNING') return;
      stoppedAtMs = performance.now();
      onEvent({ kind: 'stopping', signal });
      worker.shutdown();
    },
    ended: awaitEnd({
      running,
      connection,
      address: settings.temporal.address,
      close: () => {
        stores.close();
        return Promise.allSettled([
          removeWorkerRecord(home, process.pid),
          pool.end(),
          connection.close(),
          tracing?.end(),
        ]);
      },
      stoppingForMs: () => (stoppedAtMs === 0 ? 0 : performance.now() - stoppedAtMs),
      shutdownMs: timing.shutdownMs,
    }).then((temporal) => {
      const afterMs = Math.round(performance.now() - stoppedAtMs);
      const stopped: WorkerStopped = { kind: 'stopped', ...tally, temporal, afterMs };
      onEvent(stopped);
      return stopped;
    }),
  };
}

function noticing(notice: OutageNotice): NonNullable<ActivityInboundCallsInterceptor['execute']> {
  return async (input, next) => {
    try {
      return await next(input);
    } catch (error) {
      notice.failed(originalError(error));
      throw error;
    }
  };
}

/** What its last line says. */
interface Tally {
  visited: number;
  lastOrderId: number | null;
  lastReport: string | null;
  lastLine: number | null;
  keepsCursor: boolean;
}

function count(tally: Tally, event: WorkEvent): void {
  switch (event.kind) {
    case 'visited':
      tally.visited += event.visits.length;
      tally.lastOrderId = event.visits.at(-1)?.orderId ?? tally.lastOrderId;
      tally.keepsCursor = event.keepsCursor;
      return;
    case 'reported': {
      tally.visited += event.reports.length;
      const last = event.reports.at(-1);
      if (last !== undefined) tally.lastReport = `${last.customerId}/${last.month}`;
      tally.keepsCursor = true;
      return;
    }
    case 'imported':
      tally.visited += event.verdicts.length;
      tally.lastLine = event.verdicts.at(-1)?.line ?? tally.lastLine;
      tally.keepsCursor = true;
  }
}

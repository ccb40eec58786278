/**
 * Temporal's time-skipping server for one test file: timers and backoffs pass at once.
 *
 * Workers run without a Workflow cache: after a worker's graceful stop this server would leave a cached Workflow hanging.
 */
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  type RuntimeOptions,
  Worker,
  type WorkerInterceptors,
} from '@temporalio/worker';
import { locateTestServer } from '../../src/stack/locate-test-server.js';
import { bundlingLeftoffSources } from '../leftoff-sources.js';

export interface TimeSkipping {
  readonly environment: TestWorkflowEnvironment;
  /** Starts a worker with these Activities. */
  startWorker(
    activities: object,
    options?: { readonly interceptors?: WorkerInterceptors; readonly taskQueue?: string },
  ): Promise<RunningTestWorker>;
  /** Stops all workers that it started and that still run. */
  stopWorkers(): Promise<void>;
  tearDown(): Promise<void>;
}

export interface RunningTestWorker {
  /** What SIGTERM does to a worker: no grace, the item in hand ends. Resolves when it has stopped. */
  stop(): Promise<void>;
}

export const taskQueue = 'time-skipping';

/** Says nothing: a test reads what happened elsewhere. */
const silence: RuntimeOptions = {
  logger: new DefaultLogger('ERROR', () => undefined),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
};

/**
 * @param workflows the file with the Workflows, relative to this one; bundled once
 * @param runtime for a test of what is logged or measured
 */
export async function timeSkipping(
  workflows: string,
  runtime: RuntimeOptions = silence,
): Promise<TimeSkipping> {
  Runtime.install(runtime);
  const [{ path }, workflowBundle] = await Promise.all([
    locateTestServer(),
    bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL(workflows, import.meta.url)),
      logger: new DefaultLogger('ERROR'),
      webpackConfigHook: bundlingLeftoffSources,
    }),
  ]);
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  const running = new Set<RunningTestWorker>();
  const stopWorkers = async (): Promise<void> => {
    await Promise.all([...running].map((worker) => worker.stop()));
  };
  return {
    environment,
    async startWorker(activities, { interceptors, taskQueue: itsQueue = taskQueue } = {}) {
      const worker = await Worker.create({
        connection: environment.nativeConnection,
        taskQueue: itsQueue,
        workflowBundle,
        activities,
        ...(interceptors === undefined ? {} : { interceptors }),
        maxCachedWorkflows: 0,
        // One thread is enough for one run at a time, and a start costs half.
        workflowThreadPoolSize: 1,
        shutdownGraceTime: 0,
        maxHeartbeatThrottleInterval: 20,
        defaultHeartbeatThrottleInterval: 20,
      });
      const ended = worker.run();
      const handle: RunningTestWorker = {
        async stop() {
          if (worker.getState() === 'RUNNING') worker.shutdown();
          await ended;
          running.delete(handle);
        },
      };
      running.add(handle);
      return handle;
    },
    stopWorkers,
    async tearDown() {
      await stopWorkers();
      await environment.teardown();
    },
  };
}

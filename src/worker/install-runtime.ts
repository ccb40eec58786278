/**
 * The SDK's Runtime, one a process: where its log goes, and where its metrics are served.
 *
 * R1  The library's metrics and the SDK's own come together, under `/metrics`, for Prometheus.
 * R2  Nothing is served unless an address is given.
 * R3  An address that can't be had is the user's to mend.
 */
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { histogramBuckets } from '../continuation/metrics.js';
import { UserError } from '../user-error.js';
import { sdkLogger, type WorkerLog } from './worker-log.js';

export interface RuntimeSettings {
  readonly log: WorkerLog;
  /** `host:port`; null: no metrics. */
  readonly metricsAddress: string | null;
}

/** The SDK's own end at a second, below what an alert looks for and far below the limit of a Workflow Task (10 s). */
const replayBuckets = { workflow_task_replay_latency: [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10] };

/** @throws UserError where the address is taken, or none of this machine's */
export function installRuntime({ log, metricsAddress }: RuntimeSettings): void {
  const metrics =
    metricsAddress === null
      ? {}
      : {
          metrics: {
            prometheus: {
              bindAddress: metricsAddress,
              // Seconds are Prometheus' own unit, and what the library's are in.
              useSecondsForDurations: true,
              histogramBucketOverrides: { ...histogramBuckets(), ...replayBuckets },
            },
          },
        };
  try {
    Runtime.install({
      logger: sdkLogger(log),
      shutdownSignals: [],
      telemetryOptions: {
        logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
        ...metrics,
      },
    });
  } catch (error) {
    if (metricsAddress === null) throw error;
    throw unavailable(metricsAddress, error);
  }
}

export function metricsUrl(address: string): string {
  return `http://${address}/metrics`;
}

function unavailable(address: string, error: unknown): UserError {
  const why = error instanceof Error ? error.message : String(error);
  if (/in use/i.test(why))
    return new UserError(
      `The worker can't serve its metrics at ${address}: another process listens there, maybe another worker.`,
      'Give each worker on a machine a port of its own: leftoff worker --metrics <port>',
    );
  return new UserError(
    `The worker can't serve its metrics at ${address}: ${why}`,
    'Use an address of this machine: leftoff worker --metrics <port|host:port>',
  );
}

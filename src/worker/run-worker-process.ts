/**
 * A worker as a process: signals, lines, exit code.
 *
 * P1  SIGTERM, SIGHUP or Ctrl+C stops it gracefully: the order in hand ends, its cursor is kept, exit 0.
 * P2  npx and the terminal may each send the same Ctrl+C: within half a second they are one.
 * P3  A later Ctrl+C offers the hard way, the next one takes it (exit 130): the order in hand is met again.
 * P4  An order that doesn't end within the grace time is left (exit 1) and met again: the worker ends all the same.
 * P5  Told to stop while Temporal has not answered yet, it ends at once: there is nothing in hand.
 */
import { join } from 'node:path';
import type { Timing } from '../continuation/timing.js';
import type { StackAddresses } from '../stack/addresses.js';
import { connectTemporalForWorker } from '../stack/connect-temporal-for-worker.js';
import { loadTracing } from './load-tracing.js';
import type { Observation } from './observation.js';
import { type RunningWorker, startWorker } from './start-worker.js';
import { WorkLines } from './work-lines.js';
import {
  describeEvent,
  logEvent,
  type WorkerEvent,
  type WorkerStopped,
  workerIdentity,
} from './worker-events.js';
import { openWorkerLog } from './worker-log.js';

export interface WorkerProcess extends Observation {
  readonly addresses: StackAddresses;
  readonly timing: Timing;
  readonly home: string;
  readonly faultSeam: boolean;
  /** Workflow code of another version than this build's, for fault experiments; default: none. */
  readonly workflowBundle?: string;
  /** `stdout` for containers; default: a file of its own under `.leftoff/logs`. */
  readonly logFile?: string;
  /** For people; with the log on stdout its lines say the same, and these would not be JSON. */
  readonly writeLine: (line: string) => void;
}

/** One Ctrl+C may arrive twice; two of a person are further apart. */
const samePressMs = 500;
/** Long enough to say what went wrong. */
const lingerMs = 500;

/** Runs a worker until it is told to stop. @throws a UserError where it can't start, or an order did not end in time (P4) */
export async function runWorkerProcess(
  options: WorkerProcess,
): Promise<WorkerStopped & { identity: string }> {
  const { addresses, timing, home, faultSeam, metricsAddress, workflowBundle } = options;
  const logFile = options.logFile ?? join(home, 'logs', `worker-${process.pid}.log`);
  const log = openWorkerLog(logFile);
  const writeLine = logFile === 'stdout' ? () => undefined : options.writeLine;
  const lines = new WorkLines(writeLine);
  const flushing = setInterval(() => lines.flush(), 1_000);
  const tell = (event: WorkerEvent): void => {
    if (event.kind === 'visited' || event.kind === 'reported' || event.kind === 'imported') {
      lines.add(event);
      return;
    }
    lines.flush();
    writeLine(describeEvent(event));
    logEvent(log, event);
  };
  const { asked, handIn } = stopOnSignals(writeLine);
  try {
    const tracing = options.trace ? await loadTracing(log) : null;
    const worker = await startWorker({
      connect: () => Promise.race([connectTemporalForWorker(addresses), asked.then(stoppedEarly)]),
      temporal: addresses.temporal,
      databaseUrl: addresses.postgres.url,
      redisUrl: addresses.redis?.url ?? null,
      timing,
      home,
      log,
      metricsAddress,
      tracing,
      faultSeam,
      ...(workflowBundle === undefined ? {} : { workflowBundle }),
      onEvent: tell,
    });
    handIn(worker);
    return { ...(await worker.ended), identity: worker.identity };
  } catch (error) {
    // What an order that hangs, or an unanswered call, has open would hold the process too. The exit code is the caller's.
    setTimeout(() => process.exit(), lingerMs).unref();
    if (error instanceof StoppedEarly) {
      tell(stoppedBeforeWork);
      return { ...stoppedBeforeWork, identity: workerIdentity() };
    }
    throw error;
  } finally {
    clearInterval(flushing);
    lines.flush();
  }
}

class StoppedEarly extends Error {}

function stoppedEarly(): never {
  throw new StoppedEarly();
}

const stoppedBeforeWork: WorkerStopped = {
  kind: 'stopped',
  visited: 0,
  lastOrderId: null,
  lastReport: null,
  lastLine: null,
  keepsCursor: false,
  temporal: 'away',
  afterMs: 0,
};

interface StopOnSignals {
  /** Resolves when somebody wants it to stop. */
  readonly asked: Promise<void>;
  /** Takes the worker once it has started: a signal before that stops it then. */
  readonly handIn: (started: RunningWorker) => void;
}

/** Hears of signals from the first moment. */
function stopOnSignals(writeLine: (line: string) => void): StopOnSignals {
  let tellAsked = (): void => undefined;
  const wanted = new Promise<void>((resolve) => {
    tellAsked = resolve;
  });
  let worker: RunningWorker | null = null;
  let asked: string | null = null;
  let offered = false;
  let lastMs = Number.NEGATIVE_INFINITY;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    const samePress = now - lastMs < samePressMs;
    lastMs = now;
    if (asked === null) {
      asked = signal === 'SIGINT' ? 'Ctrl+C' : signal;
      tellAsked();
      worker?.stop(asked);
    } else if (signal === 'SIGINT' && !samePress) {
      if (offered || worker === null) process.exit(130);
      offered = true;
      writeLine('still finishing; Ctrl+C once more stops hard, and the order in hand is met again');
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
  return {
    asked: wanted,
    handIn: (started) => {
      worker = started;
      if (asked !== null) worker.stop(asked);
    },
  };
}

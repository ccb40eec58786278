/**
 * A worker as a process: signals, lines, exit code.
 *
 * P1  SIGTERM, SIGHUP or Ctrl+C stops it gracefully: the order in hand ends, its cursor is kept, exit 0.
 * P2  npx and the terminal may each send the same Ctrl+C: within half a second they are one.
 * P3  A later Ctrl+C offers the hard way, the next one takes it (exit 130): the order in hand is met again.
 */
import { join } from 'node:path';
import type { Timing } from '../continuation/timing.js';
import type { StackAddresses } from '../stack/addresses.js';
import { connectTemporalForWorker } from '../stack/connect-temporal-for-worker.js';
import { type RunningWorker, startWorker } from './start-worker.js';
import { VisitLines } from './visit-lines.js';
import { describeEvent, type WorkerEvent, type WorkerStopped } from './worker-events.js';

export interface WorkerProcess {
  readonly addresses: StackAddresses;
  readonly timing: Timing;
  readonly home: string;
  readonly faultSeam: boolean;
  /** `stdout` for containers; default: a file of its own under `.leftoff/logs`. */
  readonly logFile?: string;
  readonly writeLine: (line: string) => void;
}

/** One Ctrl+C may arrive twice; two of a person are further apart. */
const samePressMs = 500;

/** Runs a worker until it is told to stop. @throws a UserError where it can't start */
export async function runWorkerProcess(
  options: WorkerProcess,
): Promise<WorkerStopped & { identity: string }> {
  const { addresses, timing, home, faultSeam, writeLine } = options;
  const lines = new VisitLines(writeLine);
  const flushing = setInterval(() => lines.flush(), 1_000);
  const tell = (event: WorkerEvent): void => {
    if (event.kind === 'visited') {
      lines.add(event.runId, event.visits);
      return;
    }
    lines.flush();
    writeLine(describeEvent(event));
  };
  try {
    const worker = await startWorker({
      connect: () => connectTemporalForWorker(addresses),
      namespace: addresses.temporal.namespace,
      databaseUrl: addresses.postgres.url,
      timing,
      home,
      logFile: options.logFile ?? join(home, 'logs', `worker-${process.pid}.log`),
      faultSeam,
      onEvent: tell,
    });
    stopOnSignals(worker, writeLine);
    return { ...(await worker.ended), identity: worker.identity };
  } finally {
    clearInterval(flushing);
    lines.flush();
  }
}

function stopOnSignals(worker: RunningWorker, writeLine: (line: string) => void): void {
  let firstMs: number | null = null;
  let offered = false;
  let lastMs = Number.NEGATIVE_INFINITY;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    const samePress = now - lastMs < samePressMs;
    lastMs = now;
    if (firstMs === null) {
      firstMs = now;
      worker.stop(signal === 'SIGINT' ? 'Ctrl+C' : signal);
    } else if (signal === 'SIGINT' && !samePress) {
      if (offered) process.exit(130);
      offered = true;
      writeLine('still finishing; Ctrl+C once more stops hard, and the order in hand is met again');
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
}

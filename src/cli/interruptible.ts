/**
 * Lets a command end cleanly when a person has had enough: Ctrl+C, a closed terminal, a reader that went away.
 *
 * I1  The work's signal is aborted with `Interrupted`, and whatever the work then throws, `Interrupted` is what comes out.
 * I2  npx and the terminal may each send the same Ctrl+C: neither of them ends the process before it has cleaned up.
 * I3  A later Ctrl+C changes nothing either, but is answered.
 */
import { UserError } from '../user-error.js';
import { Interrupted } from './exit.js';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl+C may arrive twice; two of a person are further apart. */
const samePressMs = 500;

const underWay = new Set<AbortController>();

/** Runs the work under a signal that a Ctrl+C aborts. @throws Interrupted after one */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let lastMs = Number.NEGATIVE_INFINITY;
  const onSignal = (): void => {
    const now = performance.now();
    if (stop.signal.aborted && now - lastMs > samePressMs) process.stderr.write('cleaning up, one moment\n');
    lastMs = now;
    stop.abort(new Interrupted());
  };
  for (const signal of stopSignals) process.on(signal, onSignal);
  underWay.add(stop);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    // What could not be cleaned up is to be known.
    if (error instanceof UserError) process.stderr.write(`${error.message}\n  → ${error.mend}\n`);
    throw stop.signal.reason;
  } finally {
    underWay.delete(stop);
    // The listeners stay for a moment: the double of a Ctrl+C would find none, and end the process in the middle of its end.
    setTimeout(() => {
      for (const signal of stopSignals) process.removeListener(signal, onSignal);
    }, samePressMs).unref();
  }
}

/** Nobody reads what we write any more (`| head`, a closed terminal): no error of ours, but there may be something to clean up. */
export function stopForLackOfReaders(): void {
  for (const stop of underWay) stop.abort(new Interrupted());
  if (underWay.size > 0) return;
  // A worker ends on a signal, with the order in hand done.
  if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM');
  else process.exit();
}

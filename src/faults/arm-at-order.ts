/**
 * Arms an order: a worker that gets there stands still until the fault has struck.
 *
 * A1  It returns when a worker would hold there: a run that is started then can't pass it.
 * A2  Where the run ends before anybody gets there, nothing has fallen, and that is said.
 * A3  The armed position is taken back when the fault has fallen, however that ended.
 */
import type { FaultInstant } from '../activities/order-visits.js';
import { armFault, awaitHeldWorker, disarmFault, type HeldWorker } from '../worker/fault-points.js';
import type { ArmedFaultOfRun, Fallen, FaultScene } from './fault.js';
import type { FaultName } from './fault-names.js';
import { awaitEnd } from './run-progress.js';

/** What a strike comes to, besides where it fell. */
export type Struck = Omit<Fallen, 'fault' | 'position'>;

export interface StrikeAtOrder {
  readonly fault: FaultName;
  readonly instant: FaultInstant;
  /** Default: the scene's. */
  readonly position?: number;
  /** Called while the worker stands there. @param goOn lets it go on, where it is alive: else it does when the strike has returned */
  readonly strike: (held: HeldWorker, goOn: () => Promise<void>) => Promise<Struck>;
}

class NobodyGotThere extends Error {}

export async function armAtOrder(
  scene: FaultScene,
  { fault, instant, position = scene.at, strike }: StrikeAtOrder,
): Promise<ArmedFaultOfRun> {
  const { home } = scene.environment;
  const armed = await armFault(home, position, instant);
  const goOn = () => disarmFault(home, armed);
  const fall = async (): Promise<Fallen> => {
    const over = new AbortController();
    const nobody = new NobodyGotThere();
    awaitEnd(scene, AbortSignal.any([scene.signal, over.signal])).then(
      () => over.abort(nobody),
      (error: unknown) => over.abort(error),
    );
    try {
      const held = await awaitHeldWorker(home, armed, AbortSignal.any([scene.signal, over.signal]));
      over.abort();
      return { fault, position: held.position, ...(await strike(held, goOn)) };
    } catch (error) {
      if (error === nobody) return fellNowhere(fault, position);
      throw error;
    } finally {
      over.abort();
      await goOn();
    }
  };
  const fallen = fall();
  // Awaited later; until then a failure must not end the process.
  fallen.catch(() => undefined);
  return { fallen };
}

export function fellNowhere(fault: FaultName, position: number): Fallen {
  const words = [`the run ended before order ${position} was reached: nothing fell`];
  return { fault, position: null, struckAtMs: Date.now(), replacement: null, words };
}

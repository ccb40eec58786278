/**
 * How fast a run may go: items a second, and how much else the database may have to do. Around any enumerator.
 *
 * P1  A rate is kept over all of a run's Activities in this worker; of a partition, which has its share of the run's, over its own. A
 *     worker that takes over knows nothing of it, and is at most one item ahead.
 * P2  A short wait is waited here, before the item is handed out: nothing is held by it but the Activity's place, and a stop ends it.
 * P3  Under load the run waits in its Workflow, by a durable timer, with no place and no connection.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Pool } from 'pg';
import { type Cursor, type Enumerator, throttled } from '../continuation/iteration/index.js';
import { busyConnections } from '../orders/busy-connections.js';
import type { JobSettings } from '../workflows/job-settings.js';

/** When each run's next item is due, in milliseconds of this process. */
export class RunRates {
  readonly #dueMs = new Map<string, number>();

  /** Takes a place for so many items. @returns milliseconds to wait before them */
  take(
    run: string,
    { items, perSecond, nowMs }: { items: number; perSecond: number; nowMs: number },
  ): number {
    // What was not used before isn't saved up.
    const due = Math.max(this.#dueMs.get(run) ?? nowMs, nowMs);
    this.#forgetOldest();
    // Newest last.
    this.#dueMs.delete(run);
    this.#dueMs.set(run, due + (items * 1_000) / perSecond);
    return due - nowMs;
  }

  #forgetOldest(): void {
    const [oldest] = this.#dueMs.keys();
    if (this.#dueMs.size >= rememberedRuns && oldest !== undefined) this.#dueMs.delete(oldest);
  }
}

const rememberedRuns = 1_000;
/** Load changes within seconds; asking for it at each item would be a load of its own. */
const loadIsNewMs = 250;
const loadWaitMs = 1_000;

type PaceOf = Pick<JobSettings, 'maxRate' | 'maxLoad'>;

/** Makes the wrapper that keeps a run's pace. One for a worker. */
export function pacing(pool: Pool) {
  const rates = new RunRates();
  let load = { atMs: Number.NEGATIVE_INFINITY, busy: 0 };
  const busyNow = async (): Promise<number> => {
    if (performance.now() - load.atMs >= loadIsNewMs)
      load = { busy: await busyConnections(pool), atMs: performance.now() };
    return load.busy;
  };
  return <Item, C extends Cursor>(
    enumerator: Enumerator<Item, C>,
    { maxRate, maxLoad }: PaceOf,
  ): Enumerator<Item, C> => {
    const unloaded =
      maxLoad === undefined
        ? enumerator
        : throttled(enumerator, {
            waitMs: async () => ((await busyNow()) > maxLoad ? loadWaitMs : null),
          });
    return maxRate === undefined ? unloaded : rated(unloaded, { perSecond: maxRate, rates });
  };
}

function rated<Item, C extends Cursor>(
  enumerator: Enumerator<Item, C>,
  { perSecond, rates }: { perSecond: number; rates: RunRates },
): Enumerator<Item, C> {
  return {
    async *after(cursor, asked) {
      const { cancellationSignal: signal, info } = Context.current();
      const run = info.workflowExecution?.workflowId ?? info.activityId;
      for await (const entry of enumerator.after(cursor, asked)) {
        if (!('notNow' in entry)) {
          const items = entry.size ?? 1;
          const waitMs = rates.take(run, { items, perSecond, nowMs: performance.now() });
          if (waitMs > 0) await delay(waitMs, undefined, { signal });
        }
        yield entry;
      }
    },
  };
}

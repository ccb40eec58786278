/**
 * Plays a step of the step pattern under any disturbances: real batches (`workBatch`) in mock attempts, recorded by the real
 * ledger, over continue-as-new. `Played` says the same as for iterations.
 */
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Batch, BatchStart } from '../../../src/continuation/checkpoint.js';
import type { Cursor } from '../../../src/continuation/cursor.js';
import { observing } from '../../../src/continuation/iteration/attempt-observer.js';
import { abort, type Transaction, workBatch } from '../../../src/continuation/iteration/index.js';
import { RunLedger } from '../../../src/continuation/steps/run-ledger.js';
import { ObservedItems, type PlannedEnd } from '../../../src/continuation/testing/observed-items.js';
import { throughJson } from '../some-checkpoints.js';
import { guardedEffects, type Items, type Play, type Played } from './any-interruption.js';
import { DisturbedProcess, InjectedError, InjectedOutage } from './disturbed-process.js';
import type { Disturbance } from './some-disturbances.js';

export interface BatchPlay extends Omit<Play, 'checkpointEvery' | 'workflowId'> {
  /** Items that one batch covers. */
  readonly batchSize: number;
  /** The run continues as new after so many batches. */
  readonly batchesPerExecution: number;
}

const silent = new DefaultLogger('ERROR', () => undefined);
const step = 'process';

export async function playBatches<Item, C extends Cursor>(
  items: Items<Item, C>,
  play: BatchPlay,
): Promise<Played> {
  const { costOfLoss = ({ inExecution }) => inExecution } = play;
  const inMemory = guardedEffects();
  const effect = play.effect ?? inMemory.effect;
  let metAgain = 0;
  let mayBeMetAgain = 0;

  const workOff = (from: BatchStart<C>, process: DisturbedProcess): Promise<Batch<C>> =>
    workBatch<Item, C, Transaction | null>({
      from,
      enumerator: items.enumerator(),
      async eachIteration(item, context) {
        const ids = items.idsOf(item);
        let known = 0;
        for (const id of ids) {
          if ((await process.beforeEffect()) === 'put off') return abort.retry({ afterMs: 1 });
          if (await effect(id, context)) {
            known += 1;
            metAgain += 1;
          }
          await process.afterEffect();
        }
        process.itemDone();
        return { processed: ids.length, failed: 0, revisited: known };
      },
      checkpointEvery: play.batchSize,
      isOutage: (error) => error instanceof InjectedOutage,
      ...(play.store === undefined ? {} : { store: play.store }),
    });

  let ledger = new RunLedger();
  ledger.startStep(step);
  const left = [...play.disturbances];
  for (let batches = 1; ; batches += 1) {
    const from = ledger.scheduleBatch<C>();
    const batch = await untilItEnds(from);
    ledger.recordBatch(throughJson(batch));
    if (batch.kind === 'finished') break;
    if (batches % play.batchesPerExecution !== 0) continue;
    ledger = new RunLedger(throughJson(ledger.carry()));
    ledger.startStep(step);
  }
  const { processed, revisited } = ledger.result(null).counts;
  return { effects: inMemory.made, metAgain, mayBeMetAgain, counted: { processed, revisited } };

  /** One batch over as many attempts as it takes. */
  async function untilItEnds(from: BatchStart<C>): Promise<Batch<C>> {
    let heartbeatDetails: unknown = null;
    for (let attempt = 1; ; attempt += 1) {
      const disturbance = left.shift() ?? null;
      const process = new DisturbedProcess(disturbance);
      if (disturbance?.kind === 'kill' && disturbance.after === 0) continue;
      const environment = new MockActivityEnvironment(
        { attempt, heartbeatDetails: heartbeatDetails ?? undefined },
        { logger: silent },
      );
      environment.on('heartbeat', (details: unknown) => {
        heartbeatDetails = throughJson(details);
      });
      const { observer, killed } = observerOf(disturbance);
      const running = process
        .run(() =>
          observing(observer, () =>
            environment.run<[], Batch<C>, () => Promise<Batch<C>>>(() => workOff(from, process)),
          ),
        )
        .catch((error: unknown) => {
          if (error instanceof InjectedError) return null;
          throw error;
        });
      const end = await Promise.race([running, killed, process.lost]);
      if (end === 'lost') {
        await play.bury?.();
        mayBeMetAgain += costOfLoss(process.work);
        continue;
      }
      mayBeMetAgain += process.work.ofItemInHand;
      if (end !== null) return end;
    }
  }
}

/** Stops or kills an attempt between two of its items. */
function observerOf(disturbance: Disturbance | null) {
  const end = endOf(disturbance);
  let kill = (): void => undefined;
  const killed = new Promise<'lost'>((resolve) => {
    kill = () => resolve('lost');
  });
  const observer = new ObservedItems().observe(end, { killed: () => kill() });
  return { observer, killed };
}

function endOf(disturbance: Disturbance | null): PlannedEnd {
  if (disturbance?.kind === 'stop') return { stopAfter: disturbance.after };
  if (disturbance?.kind === 'kill') return { killAfter: disturbance.after };
  return 'undisturbed';
}

/**
 * The problem: the traditional job, without checkpoint or guard. Killed at 23, it starts over at 1 and charges again.
 *
 * It shows that the proof can fail: it is this story's success that the proof says no.
 */
import { proveOrders } from '../../orders/prove-orders.js';
import { selectOrders } from '../../orders/select-orders.js';
import { naiveOrders } from '../jobs.js';
import { playFault } from './fault.js';
import type { DemoResult } from './result.js';
import type { Stage } from './stage.js';
import { armStrike, type PlannedFault } from './strike.js';
import { tellProof } from './tell-proof.js';

export async function playProblem(stage: Stage, fault: PlannedFault, itemMs: number): Promise<DemoResult> {
  const { narrator, pool } = stage;
  await narrator.scene('The traditional job: one loop over the orders, no checkpoint');
  await narrator.pause('start the worker and the run');
  await (await stage.startWorker()).ready;
  const strike = await armStrike(stage, fault);
  const run = await stage.startRun({ ...naiveOrders, itemMs });
  const { runId } = run;
  const { upTo } = await selectOrders(pool, runId);
  const outcome = await playFault(stage, run, strike, async () => undefined);
  await stage.waitFor('the end of the run', run, run.ended);

  await narrator.scene('The proof, counted by SQL over the orders and the ledger of charges');
  const proof = await proveOrders(pool, { runId, upTo });
  const shown = !tellProof(narrator, proof) && proof.doubledCount > 0;
  narrator.fact(
    shown
      ? 'It started over at order 1. Now with checkpoints: npx leftoff demo'
      : 'The problem did not show itself.',
  );
  return {
    ok: shown,
    pattern: 'naive',
    ...outcome,
    resumedAfter: null,
    processed: proof.processed,
    failed: proof.failed,
    revisited: proof.revisited,
    doubled: proof.doubledCount,
    lost: proof.lostCount,
    faults: [{ ...outcome, resumedAfter: null, revisited: proof.revisited }],
  };
}

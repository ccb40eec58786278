/** The main story: a run, a fault or two, each survived; then the proof. */
import type { Resumption } from '../../continuation/checkpoint.js';
import { readRun } from '../../continuation/inspection/index.js';
import { proveOrders } from '../../orders/prove-orders.js';
import { selectOrders } from '../../orders/select-orders.js';
import { UserError } from '../../user-error.js';
import { jobIn, type Pattern } from '../jobs.js';
import { describeCadence, describeSettings, readMemo } from '../run-memo.js';
import { describeResumption } from '../run-summary.js';
import { type FaultOutcome, playFault } from './fault.js';
import type { DemoResult } from './result.js';
import type { Stage } from './stage.js';
import { type ArmedStrike, armStrike, type PlannedFault } from './strike.js';
import { tellProof } from './tell-proof.js';

export interface HappyPath {
  readonly pattern: Pattern;
  readonly faults: readonly PlannedFault[];
  readonly itemMs: number;
}

export async function playHappyPath(
  stage: Stage,
  { pattern, faults, itemMs }: HappyPath,
): Promise<DemoResult> {
  const { narrator, pool, client } = stage;
  await narrator.scene(`A worker, and a run in the ${pattern} pattern`);
  await narrator.pause('start the worker and the run');
  const waiting = [...faults];
  const armNext = async (): Promise<ArmedStrike | null> => {
    const fault = waiting.shift();
    return fault === undefined ? null : armStrike(stage, fault);
  };
  await (await stage.startWorker()).ready;
  const first = await armNext();
  const onStage = await stage.startRun({ ...jobIn(pattern), itemMs });
  const { runId } = onStage;
  const memo = readMemo((await client.workflow.getHandle(runId).describe()).memo);
  narrator.fact(`${runId}: ${describeSettings(memo)}`);
  narrator.fact(describeCadence(memo));
  const { upTo } = await selectOrders(pool, runId);

  const outcomes: FaultOutcome[] = [];
  for (let strike = first; strike !== null; ) {
    let next: ArmedStrike | null = null;
    const outcome = await playFault(stage, onStage, strike, async () => {
      next = await armNext();
    });
    outcomes.push(outcome);
    strike = next;
  }
  await stage.waitFor('the end of the run', onStage, onStage.ended);

  await narrator.scene('The proof, counted by SQL over the orders and the ledger of charges');
  const [proof, run] = await Promise.all([proveOrders(pool, { runId, upTo }), readRun(client, runId)]);
  for (const resumption of run.resumptions) narrator.fact(describeResumption(resumption));
  const proven = tellProof(narrator, proof) && run.state === 'completed';
  if (proven) narrator.fact('Next: npx leftoff demo problem, the same job without checkpoints');
  return {
    ok: proven,
    pattern,
    ...firstFault(outcomes, run.resumptions),
    processed: proof.processed,
    failed: proof.failed,
    revisited: proof.revisited,
    doubled: proof.doubledCount,
    lost: proof.lostCount,
    faults: outcomes.map((outcome, index) => ({
      ...outcome,
      resumedAfter: run.resumptions[index]?.resumedAfter ?? null,
      revisited: run.resumptions[index]?.revisited ?? 0,
    })),
  };
}

function firstFault(outcomes: readonly FaultOutcome[], resumptions: readonly Resumption[]) {
  const [first] = outcomes;
  if (first === undefined)
    throw new UserError('The demo had no fault to play.', 'npx leftoff demo --help', 'usage');
  const { signal, killedAt, recoveryMs } = first;
  return { signal, killedAt, resumedAfter: resumptions[0]?.resumedAfter ?? null, recoveryMs };
}

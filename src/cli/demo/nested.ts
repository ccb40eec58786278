/**
 * The nested story: for each customer, each month. The worker is killed between two months of one customer, and a new one goes on
 * within that customer.
 */
import { z } from 'zod';
import type { JsonValue } from '../../continuation/cursor.js';
import { readCheckpoints, readRun } from '../../continuation/inspection/index.js';
import { proveReports, type ReportsProof } from '../../orders/prove-reports.js';
import type { CustomerMonth } from '../../orders/report.js';
import { selectReports } from '../../orders/select-reports.js';
import { dollars } from '../../worker/told-work.js';
import { jobIn, type Pattern } from '../jobs.js';
import { describeCadence, describeSettings, readMemo } from '../run-memo.js';
import { counted, describeCursor, describeResumption } from '../run-summary.js';
import { awaitNextReport, lastReport, monthsOf } from './await-reports.js';
import type { Narrator } from './narrator.js';
import type { Stage } from './stage.js';
import {
  armStrike,
  awaitStrike,
  type PlannedFault,
  replaceKilled,
  seconds,
  whereKept,
  whoIsThere,
} from './strike.js';

const job = 'generate-reports';

export interface NestedStory {
  readonly pattern: Pattern;
  readonly signal: PlannedFault['signal'];
  /** The customer in whose months the worker is struck. */
  readonly customer: number;
  readonly itemMs: number;
}

/** What the nested demo found out, as scripts read it. */
export interface NestedResult {
  readonly ok: boolean;
  readonly pattern: Pattern;
  readonly signal: string;
  /** The month that was reported last before the worker ended. */
  readonly killedAt: CustomerMonth;
  readonly resumedAfter: JsonValue;
  readonly reported: number;
  readonly failed: number;
  readonly revisited: number;
  readonly wrong: number;
  readonly lost: number;
  readonly recoveryMs: number;
}

export async function playNested(stage: Stage, story: NestedStory): Promise<NestedResult> {
  const { narrator, pool, client } = stage;
  const { pattern, signal, customer, itemMs } = story;
  const months = await monthsOf(pool, customer);
  narrator.fact(
    `customer ${customer} has orders in ${counted(months.length, 'month')}: ${months.join(', ')}`,
  );
  const { upToOrder, total } = await selectReports(pool);

  await narrator.scene(`A worker, and a run in the ${pattern} pattern: for each customer, each month`);
  await narrator.pause('start the worker and the run');
  await (await stage.startWorker()).ready;
  // In the middle of the customer's months: the third of six.
  const passing = Math.max(0, Math.ceil(months.length / 2) - 1);
  const strike = await armStrike(stage, { signal, at: customer, passing });
  const run = await stage.startRun({ ...jobIn(pattern, job), itemMs });
  const memo = readMemo((await client.workflow.getHandle(run.runId).describe()).memo);
  narrator.fact(`${run.runId}: ${counted(total, 'report')} to write, ${describeSettings(memo)}`);
  narrator.fact(describeCadence(memo));

  const struck = await awaitStrike(stage, run, strike, `customer ${customer}`);
  const killedAt = await lastReport(pool, run.runId);
  await narrator.scene(`${signal} within customer ${killedAt.customerId}`);
  narrator.fact(struck.killed.words);
  await tellCheckpoint(stage, run.runId, killedAt);
  const since = await replaceKilled(stage, struck);
  const next = `the first report after customer ${killedAt.customerId}, month ${killedAt.month}`;
  const recoveryMs = (await stage.waitFor(next, run, awaitNextReport(stage, run, killedAt))) - since.atMs;
  narrator.fact(`going again: the next report was there ${seconds(recoveryMs)} after ${since.words}`);
  await stage.waitFor('the end of the run', run, run.ended);

  await narrator.scene('The proof: each row against what SQL says of the same orders');
  const [proof, { resumptions, state }] = await Promise.all([
    proveReports(pool, { runId: run.runId, upToOrder }),
    readRun(client, run.runId),
  ]);
  for (const resumption of resumptions) narrator.fact(describeResumption(resumption, job));
  const resumedAfter = resumptions[0]?.resumedAfter ?? null;
  if (placeOf(resumedAfter)?.within?.parent === killedAt.customerId)
    narrator.good(`it went on within customer ${killedAt.customerId}: the months before were not met again`);
  const proven = tellProof(narrator, proof) && state === 'completed';
  return {
    ...{ ok: proven, pattern, signal, killedAt, resumedAfter, recoveryMs },
    reported: proof.reported,
    failed: proof.failed,
    revisited: proof.revisited,
    wrong: proof.wrongCount,
    lost: proof.lostCount,
  };
}

/** What is kept while nobody is alive, or the new worker is still starting: a place on each level. */
async function tellCheckpoint(stage: Stage, runId: string, killedAt: CustomerMonth): Promise<void> {
  const { narrator, client, pool } = stage;
  const { checkpoints, run } = await readCheckpoints(client, runId);
  narrator.fact(`${await whoIsThere(stage)}; Temporal says:`);
  // The new worker may be quicker than this reading: what it did since doesn't count as the state at the fault.
  const latest = checkpoints.filter(({ cursor }) => isUpTo(killedAt, cursor)).at(-1);
  if (latest === undefined) narrator.fact('– no checkpoint yet: a new worker starts at the beginning');
  else {
    narrator.good(`${describeCursor(latest.cursor, job)}, ${whereKept(latest)}`);
    for (const level of describeLevels(latest.cursor)) narrator.fact(`· ${level}`);
  }
  const done = await monthsOf(pool, killedAt.customerId, runId);
  const of = `customer ${killedAt.customerId}'s months`;
  narrator.fact(
    `the database says: of ${of} ${done.join(', ')} ${done.length === 1 ? 'is' : 'are'} reported; run is ${run.state}`,
  );
}

const placeSchema = z.object({
  after: z.number().nullable(),
  within: z.object({ parent: z.number(), inner: z.string() }).nullable(),
});

function placeOf(cursor: JsonValue): z.infer<typeof placeSchema> | null {
  return placeSchema.safeParse(cursor).data ?? null;
}

/** The two levels of a cursor, a line each. */
export function describeLevels(cursor: JsonValue): string[] {
  const place = placeOf(cursor);
  if (place === null) return [];
  const { after, within } = place;
  const done = after === null ? 'none is done yet' : `done up to ${after}`;
  if (within === null) return [`level 1, the customers: ${done}`, 'level 2: between two customers'];
  return [
    `level 1, the customers: ${done}, ${within.parent} is in progress`,
    `level 2, the months of customer ${within.parent}: done up to ${within.inner}`,
  ];
}

/** Whether a checkpoint may be of the time before the worker ended, which had just reported this month. */
export function isUpTo({ customerId, month }: CustomerMonth, cursor: JsonValue): boolean {
  const place = placeOf(cursor);
  if (place === null) return false;
  const { after, within } = place;
  if (within === null) return (after ?? 0) < customerId;
  return within.parent < customerId || (within.parent === customerId && within.inner <= month);
}

/** @returns whether nothing was lost and nothing is wrong */
function tellProof(narrator: Narrator, proof: ReportsProof): boolean {
  const { reported, failed, revisited, orders, cents, lost, lostCount, wrong, wrongCount } = proof;
  narrator.fact(
    `reported ${reported}, failed ${failed}, revisited ${revisited}; ${orders} orders, ${dollars(cents)}`,
  );
  const tell = (what: string, count: number, places: readonly string[]): void => {
    if (count === 0) narrator.good(`${what} 0`);
    else narrator.bad(`${what} ${count}: ${places.slice(0, 5).join(', ')}${count > 5 ? ', …' : ''}`);
  };
  tell('lost', lostCount, lost);
  tell('wrong', wrongCount, wrong);
  return lostCount === 0 && wrongCount === 0;
}

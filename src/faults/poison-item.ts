/**
 * A poison item: an order whose charge the database refuses, however often it is tried.
 *
 * P1  It is a constraint's violation, met in the order's own statement: a real failure, which no guard of ours foresees.
 * P2  It falls when the order was passed over with its reason. A job that never passes it over is let through in the end: then the
 *     constraint goes, as if somebody had mended the order.
 * P3  It ends by itself after a quarter of an hour, and the next comparison lifts it: a process that was killed can't.
 */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { fellNowhere } from './arm-at-order.js';
import type { ArmedFaultOfRun, Fallen, Fault, FaultScene } from './fault.js';
import { awaitThat, hasEnded } from './run-progress.js';

/** After as many attempts in vain a job will not pass it over by itself. */
const attemptsInVain = 4;

export function poisonItem(): Fault {
  let poisoned: Pool | null = null;
  return {
    name: 'poison-item',
    title: 'the charge of the order fails each time: a constraint of the database refuses it',
    strikes: ['orders'],
    arm: async (scene): Promise<ArmedFaultOfRun> => {
      poisoned = scene.pool;
      await poison(scene.pool, scene.at);
      const fallen = fall(scene);
      fallen.catch(() => undefined);
      return { fallen };
    },
    clearAway: async () => {
      if (poisoned !== null) await liftPoison(poisoned);
    },
  };
}

async function fall(scene: FaultScene): Promise<Fallen> {
  const { pool, client, runId, at } = scene;
  let passedOver: { reason: string; atMs: number } | null = null;
  let inVain = false;
  let over = false;
  await awaitThat(scene, 'the poisoned order to be passed over', async () => {
    passedOver = await reasonOf(pool, runId, at);
    if (passedOver !== null) return true;
    inVain = (await attemptsOf(client, runId)) >= attemptsInVain;
    over = !inVain && (await hasEnded(scene));
    return inVain || over;
  });
  // Once more: it may have been passed over between two looks, right before the end.
  passedOver ??= await reasonOf(pool, runId, at);
  if (passedOver === null && !inVain) return fellNowhere('poison-item', at);
  if (passedOver === null) await liftPoison(pool);
  const words =
    passedOver === null
      ? `order ${at} was never passed over: after ${attemptsInVain} attempts, each from the beginning, the order was mended`
      : `order ${at} was passed over, with its reason: ${passedOver.reason}`;
  scene.tell(words);
  return {
    fault: 'poison-item',
    position: at,
    struckAtMs: passedOver?.atMs ?? Date.now(),
    replacement: null,
    words: [words],
  };
}

async function reasonOf(
  pool: Pool,
  runId: string,
  orderId: number,
): Promise<{ reason: string; atMs: number } | null> {
  const { rows } = await pool.query<{ reason: string; atMs: number }>(
    `SELECT reason, (extract(epoch FROM processed_at) * 1000)::float8 AS "atMs"
     FROM orders WHERE order_id = $1 AND run_id = $2 AND status = 'failed'`,
    [orderId, runId],
  );
  return rows[0] ?? null;
}

/** The highest attempt of what is under way; 0 before the run began. */
async function attemptsOf(client: Client, runId: string): Promise<number> {
  try {
    const { raw } = await client.workflow.getHandle(runId).describe();
    return Math.max(0, ...(raw.pendingActivities ?? []).map(({ attempt }) => attempt ?? 0));
  } catch {
    return 0; // Not started yet.
  }
}

const lastsMs = 15 * 60_000;

/** A definition takes no parameters: the server itself writes them into it. @param until when it ends by itself (P3) */
export async function poison(
  pool: Pool,
  orderId: number,
  until = new Date(Date.now() + lastsMs),
): Promise<void> {
  await liftPoison(pool);
  const { rows } = await pool.query<{ statement: string }>(
    `SELECT format('ALTER TABLE charges ADD CONSTRAINT leftoff_poison
      CHECK (order_id <> %s OR now() > %L::timestamptz) NOT VALID', $1::int, $2::timestamptz) AS statement`,
    [orderId, until],
  );
  for (const { statement } of rows) await pool.query(statement);
}

/** Lets every order be charged, whoever poisoned one. */
export async function liftPoison(pool: Pool): Promise<void> {
  await pool.query('ALTER TABLE charges DROP CONSTRAINT IF EXISTS leftoff_poison');
}

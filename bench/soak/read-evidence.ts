/** Reads what a soak's run left behind: from the tables by the job's own proof, from its history, its stores and the worker register. */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { checkpointStores } from '../../dist/activities/checkpoint-stores.js';
import { readCheckpoints } from '../../dist/continuation/inspection/index.js';
import { proveImport } from '../../dist/orders/prove-import.js';
import { proveOrders } from '../../dist/orders/prove-orders.js';
import { proveReports } from '../../dist/orders/prove-reports.js';
import { listWorkers } from '../../dist/worker/worker-record.js';
import type { Evidence } from './check-run.js';
import type { PlannedRun } from './plan-run.js';
import type { Played } from './play-run.js';
import { soakBound } from './soak-bound.js';

interface Where {
  readonly client: Client;
  readonly pool: Pool;
  readonly redisUrl: string | null;
  readonly home: string;
}

type Proven = Pick<Evidence, 'lost' | 'doubled'> & {
  readonly items: number;
  readonly revisited: number | null;
};

export async function readEvidence(
  { client, pool, redisUrl, home }: Where,
  plan: PlannedRun,
  { runId, file, endedByThemselves, failure, fallen }: Played,
): Promise<Evidence> {
  const stores = checkpointStores(pool, redisUrl);
  try {
    const [proven, { run, executions, checkpoints }, kept, workers] = await Promise.all([
      prove(pool, plan, runId, file),
      readCheckpoints(client, runId),
      Promise.all(stores.all.map((store) => store.read(runId))),
      listWorkers(home),
    ]);
    return {
      state: failure === null ? run.state : `${run.state}: ${failure}`,
      lost: proven.lost,
      doubled: proven.doubled,
      counted: { byRun: run.counts.processed + run.counts.failed, byTables: proven.items },
      revisited: { byRun: run.counts.revisited, byTables: proven.revisited },
      revisitBound: soakBound(plan, fallen, run.resumptions),
      events: executions.map(({ events }) => events),
      done: checkpoints.map(({ counts }) => counts.processed + counts.failed),
      stored: kept.flat().length,
      workersLeft: workers.length,
      endedByThemselves,
    };
  } finally {
    stores.close();
  }
}

async function prove(pool: Pool, { job }: PlannedRun, runId: string, file: string | null): Promise<Proven> {
  if (file !== null) {
    const { imported, rejected, lostCount, doubledCount, wrongCount } = await proveImport(pool, {
      runId,
      file,
    });
    return {
      lost: lostCount,
      doubled: doubledCount + wrongCount,
      items: imported + rejected,
      revisited: null,
    };
  }
  const { rows } = await pool.query<{ last: number }>(
    'SELECT coalesce(max(order_id), 0) AS last FROM orders',
  );
  const last = rows[0]?.last ?? 0;
  if (job === 'generate-reports') {
    const proof = await proveReports(pool, { runId, upToOrder: last });
    return {
      ...{ lost: proof.lostCount, doubled: proof.wrongCount },
      ...{ items: proof.reported + proof.failed, revisited: proof.revisited },
    };
  }
  const proof = await proveOrders(pool, { runId, upTo: last });
  return {
    ...{ lost: proof.lostCount, doubled: proof.doubledCount },
    ...{ items: proof.processed + proof.failed, revisited: proof.revisited },
  };
}

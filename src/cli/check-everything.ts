/**
 * Every check of `verify`: the stack's own, and what lies on top of it.
 *
 * K1  Changes nothing, starts nothing, and works with everything down.
 * K2  What can't be checked because the part below it fails is left out: one fault, one line.
 * K3  What isn't there yet by choice (orders, a worker) is `absent`, not `failed`.
 */

import { openPool } from '../orders/open-pool.js';
import { readSchemaState } from '../orders/read-schema-state.js';
import { readSnapshot } from '../orders/read-snapshot.js';
import { partLabels, type TemporalAddress } from '../stack/addresses.js';
import { type Check, checkStack } from '../stack/check-stack.js';
import { connectTemporal } from '../stack/connect-temporal.js';
import type { Environment } from '../stack/environment.js';
import { findParts } from '../stack/find-stack.js';
import { checkBundles } from '../worker/check-bundles.js';
import { listWorkers, type WorkerRecord } from '../worker/worker-record.js';
import { workersAlive } from './workers-alive.js';
import { findWorkersElsewhere } from './workers-elsewhere.js';

/** In the order in which they are to be read. Called off, it rejects with the signal's reason. */
export async function checkEverything(
  environment: Environment,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const [stack, parts] = await Promise.all([checkStack({ environment, signal }), findParts({ environment })]);
  signal.throwIfAborted();
  const isOk = (name: string): boolean => stack.some((check) => check.name === name && check.state === 'ok');
  const temporal = isOk(partLabels.temporal) ? parts.temporal : null;
  const postgres = isOk(partLabels.postgres) ? parts.postgres : null;
  const own = await listWorkers(environment.home);
  const elsewhere = findWorkersElsewhere(own, parts);
  const [onTemporal, onPostgres, bundle] = await Promise.all([
    checkOnTemporal(environment, temporal, own),
    postgres === null ? [] : checkOnPostgres(postgres.url),
    checkBuild(),
  ]);
  const [offline, rest] = [
    stack.filter(({ name }) => name === 'Offline'),
    stack.filter(({ name }) => name !== 'Offline'),
  ];
  return [
    ...rest.flatMap((check) => {
      if (check.name === partLabels.temporal)
        return [check, ...onTemporal.filter(({ name }) => name === 'Namespace')];
      return check.name === partLabels.postgres ? [check, ...onPostgres] : [check];
    }),
    ...onTemporal.filter(({ name }) => name !== 'Namespace'),
    ...elsewhere.map(({ words, mend }): Check => ({ name: 'Worker', state: 'failed', detail: words, mend })),
    bundle,
    ...offline,
  ];
}

/** The namespace, where Temporal answers; and the workers, which the register knows without it. */
async function checkOnTemporal(
  environment: Environment,
  address: TemporalAddress | null,
  own: readonly WorkerRecord[],
): Promise<readonly Check[]> {
  if (address === null) return [describeWorkers(own.map(({ identity }) => identity))];
  const client = await connectTemporal({ temporal: address }, { environment });
  try {
    const { namespace } = address;
    const described = await client.workflowService.describeNamespace({ namespace });
    const days = Math.round(Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400);
    const kept = days > 0 ? `, keeps ended runs for ${days === 1 ? 'a day' : `${days} days`}` : '';
    return [
      { name: 'Namespace', state: 'ok', detail: `${namespace}${kept}` },
      describeWorkers(await workersAlive(client, own)),
    ];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ name: 'Namespace', state: 'failed', detail, mend: 'Check TEMPORAL_NAMESPACE.' }];
  } finally {
    await client.connection.close();
  }
}

function describeWorkers(identities: readonly string[]): Check {
  const name = 'Worker';
  return identities.length === 0
    ? { name, state: 'absent', detail: 'none is running', mend: 'npx leftoff worker --detach' }
    : { name, state: 'ok', detail: identities.join(', ') };
}

async function checkOnPostgres(url: string): Promise<readonly Check[]> {
  const pool = openPool(url, { max: 1 });
  const seed = 'npx leftoff seed --quick';
  try {
    const schema = await readSchemaState(pool);
    if (schema.kind === 'absent')
      return [{ name: 'Orders', state: 'absent', detail: 'none yet, nor their tables', mend: seed }];
    const checks: Check[] = [
      schema.kind === 'current'
        ? {
            name: 'Schema',
            state: 'ok',
            detail: `up to date (${schema.migrations} migration${schema.migrations === 1 ? '' : 's'})`,
          }
        : {
            name: 'Schema',
            state: 'absent',
            detail: `without ${schema.missing.join(', ')}; the next command adds it`,
          },
    ];
    const { total, pending, processed, failed } = await readSnapshot(pool);
    if (total === 0) return [...checks, { name: 'Orders', state: 'absent', detail: 'none yet', mend: seed }];
    const detail = `${total}: ${pending} pending, ${processed} processed, ${failed} failed`;
    const orders: Check =
      pending > 0
        ? { name: 'Orders', state: 'ok', detail }
        : {
            name: 'Orders',
            state: 'absent',
            detail: `${detail}; a run would find nothing to do`,
            mend: 'npx leftoff reset',
          };
    return [...checks, orders];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ name: 'Schema', state: 'failed', detail, mend: 'Check what the user in DATABASE_URL may do.' }];
  } finally {
    await pool.end();
  }
}

async function checkBuild(): Promise<Check> {
  const name = 'Worker bundles';
  const state = await checkBundles();
  const mend = 'npm run build';
  switch (state.kind) {
    case 'built':
      return { name, state: 'ok', detail: `built, ${Math.round(state.bytes / 1024)} KiB` };
    case 'absent':
      return { name, state: 'failed', detail: `dist/${state.file} is missing: no worker can start`, mend };
    case 'outdated': {
      const detail = `dist/${state.file} is older than ${state.newer}: workers would run old code`;
      return { name, state: 'failed', detail, mend };
    }
  }
}

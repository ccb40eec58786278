/** import-orders in both patterns, side by side: the same file, the same statements, two ways to keep the place in it. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ImportActivities } from '../activities/import-orders.js';
import type { CsvCursor } from '../continuation/iteration/index.js';
import { activityDefaults, continuable, type Step } from '../continuation/steps/index.js';
import { byEnumerator } from './by-enumerator.js';
import type { ImportOrders } from './import-orders-input.js';
import { limitsOf } from './job-limits.js';

export const importOrdersInSteps = continuable<ImportOrders>(async (job, input) => {
  const { beginImport, importBatch, reportImport } = proxyActivities<ImportActivities>(
    activityDefaults(input.timing),
  );
  const { workflowId: runId, originalExecutionRunId: chain } = workflowInfo();
  const { file } = input;

  const { importId, total } = await job.step('begin', () => beginImport({ runId, chain, file }));
  if (total !== null) job.expect(total);

  const read = await job.step('import', async (step: Step<CsvCursor>) => {
    await step.batches((from) => importBatch({ ...input, runId, importId, total, from }));
    return step.cursor?.record ?? 0;
  });

  return { ...(await job.step('report', () => reportImport({ importId, read }))) };
}, limitsOf);

export const importOrdersByEnumerator = byEnumerator<ImportOrders>('importOrders');

/** A user's tests of whole runs, in the time-skipping environment: real Workers, interrupted and killed where a test says. */
import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundle } from '@temporalio/worker';
import { activityFaults, interrupting } from 'leftoff/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundlingLeftoffSources } from '../../test/leftoff-sources.js';
import { letterActivities } from '../01-first-iteration/activities.js';
import { billingActivities } from '../02-steps/activities.js';
import { createTestEnvironment } from './environment.js';
import type { billMonth, sendLetters } from './workflows.js';

let environment: TestWorkflowEnvironment;
let workflowBundle: WorkflowBundle;

beforeAll(async () => {
  // The webpackConfigHook is this project's own: it has `leftoff/steps` mean the sources.
  const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url));
  workflowBundle = await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('ERROR'),
    webpackConfigHook: bundlingLeftoffSources,
  });
  environment = await createTestEnvironment();
});

afterAll(async () => {
  await environment?.teardown();
});

it('sends nothing twice when its worker is told to stop, and little when it is killed', async () => {
  // The Activity's first execution is stopped after an item, its second one killed after another; the third is left alone.
  const faults = activityFaults([{ stopAfter: 1 }, { killAfter: 1 }]);
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: 'letters',
    workflowBundle,
    activities: letterActivities({ send: async () => undefined }),
    interceptors: { activity: [faults.interceptor] },
    maxCachedWorkflows: 0,
  });

  const { counts, resumptions } = await worker.runUntil(
    environment.client.workflow.execute<typeof sendLetters>('sendLetters', {
      taskQueue: 'letters',
      workflowId: 'letters',
      args: [{ customers: ['ada', 'bob', 'cleo'] }],
    }),
  );

  faults.assertMet(); // the stop and the kill did happen
  expect(counts.processed).toBe(3);
  expect(resumptions).toHaveLength(2);
  expect(faults.visits.get('letters/sendLetters/0')).toBe(1); // by Workflow Id, Activity or step, and cursor
  expect(faults.revisits).toBeLessThanOrEqual(1);
});

it('bills each customer once, interrupted during a step and after one', async () => {
  const billed: number[] = [];
  const activities = billingActivities({
    customers: async () => 25,
    bill: async (customer) => void billed.push(customer),
    close: async () => undefined,
    archive: async () => null,
    publish: async ({ name }) => name,
  });
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: 'billing',
    workflowBundle,
    activities,
    maxCachedWorkflows: 0,
  });

  const { executions } = await worker.runUntil(
    environment.client.workflow.execute<typeof billMonth>('billMonth', {
      taskQueue: 'billing',
      workflowId: 'billing',
      args: [
        { name: 'January', days: 3 },
        interrupting({ kind: 'during', step: 'bill', at: 19 }, { kind: 'after', step: 'close' }),
      ],
    }),
  );

  // Two that the test asked for, and the isolated step's own.
  expect(executions).toBe(4);
  expect(billed).toEqual(Array.from({ length: 25 }, (_, customer) => customer));
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it, vi } from 'vitest';
import { describeError, openWorkerLog, sdkLogger, withOurKeys } from '../../src/worker/worker-log.js';
import { aTemporaryFolder } from '../stack/a-temporary-folder.js';

/** What stands in the log after this was written to it. */
async function logged(write: (log: ReturnType<typeof openWorkerLog>) => void): Promise<string> {
  const file = join(await aTemporaryFolder(), 'worker.log');
  const log = openWorkerLog(file);
  write(log);
  return vi.waitFor(async () => {
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/\n$/);
    return text;
  });
}

describe('the worker’s log', () => {
  it('says which run a line is about under the same keys in Workflows and Activities', () => {
    const inWorkflow = withOurKeys({ workflowId: 'orders-step-1', runId: 'r' });
    const inActivity = withOurKeys({ workflowId: 'orders-step-1', workflowRunId: 'r', attempt: 2 });

    expect(inWorkflow).toEqual({ workflowId: 'orders-step-1', runId: 'r' });
    expect(inActivity).toEqual({ workflowId: 'orders-step-1', runId: 'r', attempt: 2 });
  });

  it('has no token by which anybody could complete an Activity', async () => {
    const text = await logged((log) => sdkLogger(log).info('Resumed', { taskToken: 'c2VjcmV0', cursor: 4 }));

    expect(JSON.parse(text)).toMatchObject({ level: 'info', msg: 'Resumed', cursor: 4 });
    expect(text).not.toContain('c2VjcmV0');
  });

  it.each([
    'postgresql://leftoff:hunter2@127.0.0.1:5432/leftoff',
    'rediss://:hunter2@cache:6379/0',
    'could not connect to "postgres://leftoff:hunter2@db/x": timeout',
  ])('has no password, wherever one stood: %s', async (address) => {
    const text = await logged((log) => log.warn({ error: new Error(`at ${address}`) }, `away: ${address}`));

    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text).msg).toContain('***@');
  });

  it.each([
    'postgresql://db/leftoff?password=hunter2',
    'postgresql://db/x?user=leftoff&password=hunter2&sslmode=off',
  ])('has no password that is a parameter of an address, and still the others: %s', async (address) => {
    const text = await logged((log) => log.warn({ error: new Error(`at "${address}"`) }, `away: ${address}`));

    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text).msg).toBe(`away: ${address.replace('hunter2', '***')}`);
  });

  it('tells an error by its message, also one that Temporal made', async () => {
    const text = await logged((log) =>
      sdkLogger(log).warn('Activity failed', { error: new Error('refused') }),
    );

    expect(JSON.parse(text).error).toMatchObject({ type: 'Error', message: 'refused' });
  });

  it('has one shape for errors, the library’s words for one included, and nothing of what else they carry', () => {
    const failure = ApplicationFailure.create({
      type: 'Declined',
      message: 'refused',
      details: [{ card: '4111' }],
    });

    expect(describeError('refused')).toEqual({ message: 'refused' });
    expect(describeError(failure)).toEqual({ type: 'Declined', message: 'refused', stack: failure.stack });
  });
});

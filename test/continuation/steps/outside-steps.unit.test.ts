import { describe, expect, it } from 'vitest';
import { interrupting } from '../../../src/continuation/steps/continuation.js';
import type { Job } from '../../../src/continuation/steps/job.js';
import { throughJson } from '../some-checkpoints.js';
import { execute } from './an-execution.js';

describe('code outside of steps', () => {
  it('runs again in every execution, and what is completed does not', async () => {
    const ran: string[] = [];
    const body = async (job: Job) => {
      ran.push('before');
      await job.step('count', async () => ran.push('count'));
      ran.push('between');
      await job.step('walk', async (step) => {
        ran.push('walk');
        await step.checkpoint();
      });
      ran.push('after');
    };

    const first = await execute(body, { carried: interrupting({ kind: 'during', step: 'walk' }) });
    await execute(body, { carried: throughJson(first.ledger.carry()) });

    expect(ran).toEqual([
      ...['before', 'count', 'between', 'walk'],
      ...['before', 'between', 'walk', 'after'],
    ]);
  });
});

import { extractWorkflowType } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { continuable, iterate } from '../../../src/continuation/steps/index.js';

const jobInSteps = continuable(async () => undefined);
const jobByIteration = iterate('processOrders');

describe('the Workflow type of a job', () => {
  it.each([
    { pattern: 'steps', job: jobInSteps },
    { pattern: 'an iteration', job: jobByIteration },
  ])('is its exported name: a Client that is handed the function itself says so, in $pattern', ({ job }) => {
    expect(() => extractWorkflowType(job)).toThrow(/anonymous/);
  });
});

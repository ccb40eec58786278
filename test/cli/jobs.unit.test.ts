import { describe, expect, it } from 'vitest';
import { parseJob } from '../../src/cli/jobs.js';
import { UserError } from '../../src/user-error.js';

describe('<pattern>:<job>', () => {
  it('names the Workflow and what its run ids start with', () => {
    expect(parseJob('enumerator:process-orders')).toMatchObject({
      workflowType: 'processOrdersByEnumerator',
      idPrefix: 'orders-enumerator-',
    });
  });

  it.each([
    ['steps:process-orders', "no pattern 'steps'"],
    [':process-orders', "no pattern ''"],
    ['step:make-coffee', "no job 'make-coffee'"],
    ['step:toString', "no job 'toString'"],
    ['step', 'Which job?'],
    ['step:', 'Which job?'],
    ['step:process-orders:x', "no job 'process-orders:x'"],
  ])('%s is refused as wrong usage, with what there is', (word, words) => {
    const refused = expect.objectContaining({ kind: 'usage', message: expect.stringContaining(words) });

    expect(() => parseJob(word)).toThrow(refused);
    expect(() => parseJob(word)).toThrow(UserError);
  });
});

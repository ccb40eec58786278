import { describe, expect, it } from 'vitest';
import { headlineOf } from '../../../src/cli/report/headline.js';
import { aComparison, aLane } from './a-comparison.js';

describe('the headline of a comparison', () => {
  it('sums up the lanes without the control, which is told apart', () => {
    const { sentence, control, numbers } = headlineOf(aComparison());

    expect(sentence).toBe(
      'SIGKILL at order 23: nothing lost, nothing doubled in 5 lanes, 0 to 4 of 61 orders met again.',
    );
    expect(control).toContain('met 23 orders again, doubled 23');
    expect(numbers.map(({ value }) => value)).toEqual(['0', '0', '0 to 4', '1.2 to 1.4\u00a0s']);
  });

  it('says first what was lost or doubled', () => {
    const lanes = [aLane('step', { lost: 1, doubled: 2 }), aLane('enumerator/redis')];

    const { sentence, numbers } = headlineOf(aComparison({ lanes }));

    expect(sentence).toBe('SIGKILL at order 23: 1 order lost and 2 doubled in 2 lanes.');
    expect(numbers.map(({ tone }) => tone)).toEqual(['bad', 'bad', 'plain', 'plain']);
  });

  it('says so when a lane met more orders again than its bound', () => {
    const lanes = [aLane('step', { revisited: 9, revisitBound: 5 })];

    const { sentence, numbers } = headlineOf(aComparison({ lanes }));

    expect(sentence).toContain('but 1 lane met more orders again than its bound');
    expect(numbers.map(({ tone }) => tone)).toEqual(['plain', 'plain', 'bad', 'plain']);
  });

  it('claims nothing where only the control ran', () => {
    const { sentence, numbers } = headlineOf(aComparison({ lanes: [aLane('none', { revisitBound: null })] }));

    expect(sentence).toBe('SIGKILL at order 23: only the negative control ran.');
    expect(numbers.map(({ value }) => value)).toEqual(['–', '–', '–', '–']);
  });
});

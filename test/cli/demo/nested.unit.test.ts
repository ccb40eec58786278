import { describe, expect, it } from 'vitest';
import { describeLevels, isUpTo } from '../../../src/cli/demo/nested.js';

const within = (after: number | null, parent: number, inner: string) => ({
  after,
  within: { parent, inner },
});

describe('the levels of a cursor of two', () => {
  it('tell of the customers, and of the months of the one in progress', () => {
    expect(describeLevels(within(41, 42, '1997-03'))).toEqual([
      'level 1, the customers: done up to 41, 42 is in progress',
      'level 2, the months of customer 42: done up to 1997-03',
    ]);
  });

  it('say so between two customers, and within the first', () => {
    expect(describeLevels({ after: 42, within: null })[1]).toBe('level 2: between two customers');
    expect(describeLevels(within(null, 1, '1997-01'))[0]).toContain('none is done yet, 1 is in progress');
  });
});

describe('a checkpoint that is told at a kill', () => {
  const killedAt = { customerId: 42, month: '1997-04' };

  it.each([
    ['of a customer before', within(40, 41, '1998-01')],
    ['of a month before', within(41, 42, '1997-01')],
    ['of the month that was just reported', within(41, 42, '1997-04')],
    ['between that customer and the one before', { after: 41, within: null }],
  ])('may be %s', (_, cursor) => {
    expect(isUpTo(killedAt, cursor)).toBe(true);
  });

  it.each([
    ['of a month after: the new worker made it', within(41, 42, '1997-07')],
    ['of the customer’s end', { after: 42, within: null }],
    ['of a customer after', within(42, 43, '1997-01')],
    ['what is no cursor of two levels', 42],
  ])('is not %s', (_, cursor) => {
    expect(isUpTo(killedAt, cursor)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { batchOf } from '../../src/continuation/batch-of.js';

describe('a batch that is written by hand', () => {
  it('has its cursor encoded, bigint and Date too', () => {
    expect(batchOf({ id: 7n, at: new Date(0) }, { kind: 'advanced' })).toMatchObject({
      type: 'leftoff.batch',
      kind: 'advanced',
      cursor: { id: { $bigint: '7' }, at: { $date: '1970-01-01T00:00:00.000Z' } },
      attempt: 1,
    });
  });

  it('may have done nothing yet', () => {
    expect(batchOf(null, { kind: 'advanced', waitMs: 1_000 })).toMatchObject({ cursor: null, waitMs: 1_000 });
  });

  it('refuses a cursor that JSON can’t carry', () => {
    expect(() => batchOf({ at: Number.NaN }, { kind: 'finished' })).toThrow('cursor.at is NaN');
  });
});

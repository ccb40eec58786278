import { describe, expect, it } from 'vitest';
import { translateError } from '../../src/cli/translate-error.js';
import { UserError } from '../../src/user-error.js';

const anError = (message: string, code: string | number): Error =>
  Object.assign(new Error(message), { code });

describe('an error of a server', () => {
  it.each([
    [
      'a refused connection',
      anError('connect ECONNREFUSED', 'ECONNREFUSED'),
      'PostgreSQL does not answer.',
      'leftoff up',
    ],
    [
      'a server that shuts down',
      anError('terminating connection', '57P01'),
      'PostgreSQL does not answer.',
      'leftoff up',
    ],
    [
      'a lost connection',
      new Error('Connection terminated unexpectedly'),
      'PostgreSQL does not answer.',
      'leftoff up',
    ],
    [
      'a host with two addresses',
      new AggregateError([anError('a', 'ECONNREFUSED')]),
      'PostgreSQL does not answer.',
      'leftoff up',
    ],
    ['a deadlock with a run', anError('deadlock detected', '40P01'), 'nothing was changed', 'once more'],
    [
      'a wrong password',
      anError('password authentication failed', '28P01'),
      'password authentication failed',
      'DATABASE_URL',
    ],
    [
      'a missing database',
      anError('database "x" does not exist', '3D000'),
      'database "x" does not exist',
      'Create',
    ],
    ['missing rights', anError('permission denied for schema public', '42501'), 'permission denied', 'right'],
    ['missing tables', anError('relation "orders" does not exist', '42P01'), 'no orders yet', 'leftoff seed'],
    ['a Temporal that is away', anError('UNAVAILABLE', 14), 'Temporal does not answer.', 'TEMPORAL_ADDRESS'],
    [
      'a Temporal that is away, inside',
      new Error('failed', { cause: anError('late', 4) }),
      'Temporal does not answer.',
      'leftoff up',
    ],
    ['a key that is refused', anError('bad key', 16), 'bad key', 'TEMPORAL_API_KEY'],
  ])('tells %s in words, with the mend', (_, thrown, words, mend) => {
    const told = translateError(thrown);

    expect(told).toBeInstanceOf(UserError);
    expect(told).toMatchObject({
      message: expect.stringContaining(words),
      mend: expect.stringContaining(mend),
      cause: thrown,
    });
  });

  it('that nobody knows stays as it is', () => {
    const unknown = anError('column "x" does not exist', '42703');

    expect(translateError(unknown)).toBe(unknown);
  });
});

import { describe, expect, it } from 'vitest';
import { readStored } from '../../../src/continuation/iteration/read-checkpoint.js';
import { aCheckpoint } from '../some-checkpoints.js';

const ofAnotherRelease = { of: 'a newer release' };

const read = (found: unknown, fences: boolean) => {
  const told: string[] = [];
  const checkpoint = readStored(found, { name: 'a store', fences }, (message) => told.push(message));
  return { checkpoint, told };
};

describe('what a store keeps', () => {
  it('is read as it was written', () => {
    const checkpoint = aCheckpoint({ cursor: 0, sequence: 1 });

    expect(read(checkpoint, true)).toEqual({ checkpoint, told: [] });
    expect(read(null, true).checkpoint).toBeNull();
  });

  it('and nobody can read stops no run where the store is best effort: it counts for nothing, and is told', () => {
    const { checkpoint, told } = read(ofAnotherRelease, false);

    expect(checkpoint).toBeNull();
    expect(told).toHaveLength(1);
  });

  it('with a cursor that can’t be decoded is one that nobody can read', () => {
    const undecodable = aCheckpoint({ cursor: { $bigint: 'many' }, sequence: 1 });

    expect(read(undecodable, false).checkpoint).toBeNull();
    expect(() => read(undecodable, true)).toThrow('its cursor can’t be decoded'.replace('’', "'"));
  });

  it('and nobody can read ends the run where the store fences: only it can say what has happened', () => {
    expect(() => read(ofAnotherRelease, true)).toThrow('no checkpoint of this release');
  });
});

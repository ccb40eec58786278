import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/continuation/checkpoint.js';
import { startUnderFence } from '../../../src/continuation/iteration/fenced-start.js';
import type { StartingPoint } from '../../../src/continuation/iteration/starting-point.js';
import { aCheckpoint } from '../some-checkpoints.js';

const at = (item: number, parts: Partial<Checkpoint> = {}) =>
  aCheckpoint({ cursor: item, sequence: item, fencedBy: 'postgres', ...parts });

const heartbeat = (checkpoint: Checkpoint | null): StartingPoint => ({ checkpoint, source: 'heartbeat' });

const inStore = (checkpoint: Checkpoint | null) => ({ checkpoint, name: 'postgres' });

describe('an attempt under a fence', () => {
  it('starts where the store is, also where the heartbeat says more: the database has lost its last commits', () => {
    const start = startUnderFence(heartbeat(at(8)), inStore(at(5)));

    expect(start).toMatchObject({ checkpoint: { cursor: 5 }, source: 'postgres', behind: 3 });
  });

  it('starts where the store is where that is newer', () => {
    const start = startUnderFence(heartbeat(at(5)), inStore(at(8)));

    expect(start).toMatchObject({ checkpoint: { cursor: 8 }, source: 'postgres', behind: 0 });
  });

  it('hears of an error that was counted at the same position', () => {
    const error = { message: 'card declined', times: 2 };

    const start = startUnderFence(heartbeat(at(5, { error })), inStore(at(5)));

    expect(start).toMatchObject({ checkpoint: { cursor: 5, error } });
  });

  it('begins at the beginning where nothing is known', () => {
    expect(startUnderFence(heartbeat(null), inStore(null))).toMatchObject({ checkpoint: null, behind: 0 });
  });

  it('goes on with a place of before the run had this store', () => {
    const elsewhere = at(8, { fencedBy: undefined });

    expect(startUnderFence(heartbeat(elsewhere), inStore(null))).toMatchObject({ checkpoint: { cursor: 8 } });
    expect(startUnderFence(heartbeat(elsewhere), inStore(at(5)))).toMatchObject({
      checkpoint: { cursor: 8 },
    });
  });

  it('fails loudly where the store has nothing of what was committed through it: neither way on is safe', () => {
    expect(() => startUnderFence(heartbeat(at(8)), inStore(null))).toThrow(
      /nothing of this run, whose effects were committed through it up to 8/,
    );
  });
});

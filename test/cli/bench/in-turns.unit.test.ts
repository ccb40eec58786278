import { describe, expect, it } from 'vitest';
import { inTurns } from '../../../src/cli/bench/in-turns.js';
import { parseLane, withBaselines } from '../../../src/cli/bench/throughput-lanes.js';
import { UserError } from '../../../src/user-error.js';

describe('lanes', () => {
  it('take turns: each round measures all, and begins with another one', () => {
    const turns = inTurns(['a', 'b', 'c'], 2);

    const rounds = [0, 1, 2].map((round) =>
      turns.filter((turn) => turn.round === round).map(({ lane }) => lane),
    );
    expect(rounds).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c', 'a'],
      ['c', 'a', 'b'],
    ]);
  });

  it('that are fenced are measured against a bare loop with a cursor row, others against the bare loop alone', () => {
    const lanes = withBaselines([parseLane('step:500'), parseLane('enumerator/postgres:1')]);

    expect(lanes.map(({ name, baseline }) => [name, baseline])).toEqual([
      ['bare loop', null],
      ['bare loop, cursor row in its transaction', null],
      ['step, every 500', 'bare loop'],
      ['enumerator/postgres, every transaction', 'bare loop, cursor row in its transaction'],
    ]);
  });

  it('that are named twice, in other words too, are measured once', () => {
    const words = ['step:5', 'step:5', 'enumerator/postgres:1', 'enumerator/postgres:auto'];

    expect(withBaselines(words.map(parseLane)).map(({ name }) => name)).toEqual([
      'bare loop',
      'bare loop, cursor row in its transaction',
      'step, every 5',
      'enumerator/postgres, every transaction',
    ]);
  });

  it.each(['step', 'step:0', 'steps:500', 'enumerator/mysql:5', 'step:'])(
    'are refused as wrong usage where they are none: %s',
    (word) => {
      expect(() => parseLane(word)).toThrow(UserError);
      expect(() => parseLane(word)).toThrow(word);
    },
  );
});

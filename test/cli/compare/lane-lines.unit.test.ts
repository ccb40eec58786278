import { describe, expect, it } from 'vitest';
import { type Lanes, laneLines } from '../../../src/cli/compare/lane-lines.js';
import { lanes as allLanes } from '../../../src/cli/compare/lanes.js';
import { type LiveLane, waitingLane } from '../../../src/cli/compare/live-lane.js';
import { struckWords } from '../../../src/cli/compare/struck-words.js';
import { displayWidth } from '../../../src/cli/monitor/display-width.js';
import { textOf } from '../../../src/cli/monitor/lines.js';
import { faultNameSchema } from '../../../src/faults/fault-names.js';

const orders = 60;
/** One order a cell, done up to `done`, of which some were met again. */
const cellsOf = (done: number, revisited: readonly number[] = []): LiveLane['cells'] =>
  Array.from({ length: orders }, (_, index) => ({
    ...{ orders: 1, done: index < done ? 1 : 0 },
    revisited: revisited.includes(index + 1) ? 1 : 0,
  }));
const shown = (lanes: readonly LiveLane[], facts: Partial<Lanes> = {}): Lanes => ({
  ...{ title: ['the worker is killed'], struckWord: 'killed', orders, lanes, told: [] },
  ...facts,
});
const drawn = (lanes: Lanes, columns = 120): string[] => laneLines(lanes, columns).map(textOf);
const lineOf = (lane: LiveLane, columns = 120): string =>
  drawn(shown([lane]), columns).find((line) => line.startsWith(lane.lane)) ?? '';

const struck: LiveLane = {
  ...waitingLane('step'),
  ...{ cells: cellsOf(23), done: 23, struckAt: 23, checkpoint: 20 },
  phase: { kind: 'struck', workers: 0 },
};

describe('the lanes side by side', () => {
  it('are all there from the start', () => {
    const lines = drawn(shown(allLanes.map(({ name }) => waitingLane(name))));

    for (const { name } of allLanes) expect(lines.some((line) => line.startsWith(name))).toBe(true);
    expect(lines.filter((line) => line.endsWith('waiting'))).toHaveLength(allLanes.length);
  });

  it('mark where the fault fell and where a new worker goes on, with no worker there', () => {
    const line = lineOf(struck);

    expect(line).toMatch(/█{19}◆██✗·+ killed at 23, no worker$/);
  });

  it('mark what was met again with a sign of its own', () => {
    const resumed: LiveLane = {
      ...struck,
      ...{ cells: cellsOf(40, [21, 22, 23]), done: 40, revisited: 3, checkpoint: 40 },
      phase: { kind: 'running' },
    };

    expect(lineOf(resumed)).toMatch(/█{20}▒▒✗█{16}◆·+ running, 40 done, 3 again$/);
  });

  it.each([
    ['starting', 'a worker is starting'],
    ['recovering', 'killed at 23, recovering'],
  ] as const)('say in words that a lane is %s', (kind, words) => {
    expect(lineOf({ ...struck, phase: { kind } })).toContain(words);
  });

  it('say how long a lane took, and what it met again', () => {
    const done: LiveLane = { ...struck, revisited: 3, phase: { kind: 'done', tookMs: 4_200 } };

    expect(lineOf(done)).toContain('done in 4.2 s, 3 again');
  });

  it('show a part of a cell that is done as begun: nothing is drawn that is not so', () => {
    const cells = Array.from({ length: orders }, () => ({ orders: 100, done: 50, revisited: 0 }));

    expect(lineOf({ ...waitingLane('step'), cells, phase: { kind: 'running' } })).toMatch(/▌{60}/);
  });

  it('leave the place of orders that were deleted empty, and move nothing into it', () => {
    const cells = cellsOf(30).map((cell, index) =>
      index >= 21 && index < 25 ? { orders: 0, done: 0, revisited: 0 } : cell,
    );

    expect(lineOf({ ...waitingLane('step'), cells, phase: { kind: 'running' } })).toMatch(
      /█{21} {4}█{5}·{30}/,
    );
  });

  it.each([40, 60, 80, 120, 300])('fit a terminal of %i columns', (columns) => {
    const lanes = allLanes.map(({ name }) => ({
      ...struck,
      lane: name,
      phase: { kind: 'recovering' } as const,
    }));
    const told = ['enumerator/heartbeat: '.repeat(20)];

    for (const line of drawn(shown(lanes, { told }), columns))
      expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  });

  it('tell what happened whole, over several lines where it is long', () => {
    const happened = `step: ${'an order and '.repeat(10)}another were deleted`;

    const lines = drawn(shown([struck], { told: [happened] }), 80);

    expect(lines.join(' ')).toContain(happened);
  });

  it.each(faultNameSchema.options)('are not cut at 80 columns under %s, whatever their state', (fault) => {
    const phases: readonly LiveLane['phase'][] = [
      ...[{ kind: 'starting' } as const, { kind: 'running' } as const, { kind: 'recovering' } as const],
      ...[{ kind: 'struck', workers: 0 } as const, { kind: 'done', tookMs: 65_000 } as const],
    ];
    const most = { done: 10_000, revisited: 9_999, struckAt: 10_000 };
    const longest = phases.map(
      (phase): LiveLane => ({ ...struck, ...most, lane: 'enumerator/heartbeat', phase }),
    );

    const lines = drawn(shown(longest, { orders: 10_000, struckWord: struckWords[fault] }), 80);

    for (const line of lines) expect(line).not.toContain('…');
  });
});

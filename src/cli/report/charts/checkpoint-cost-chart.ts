/** What one checkpoint costs by lane, on a scale of powers of ten: dots, since a bar there would lie about its length. */
import * as Plot from '@observablehq/plot';
import type { ComparedLane } from '../../compare/comparison.js';
import { duration } from '../number-words.js';
import { type Chart, drawChart } from './draw-chart.js';
import { laneNames, laneRows, markOffset, wordsBehind } from './lane-rows.js';

export function drawCheckpointCost(lanes: readonly ComparedLane[]): Chart | null {
  const measured = lanes.flatMap(({ lane, checkpointMs }) =>
    checkpointMs === null || checkpointMs <= 0 ? [] : { lane, checkpointMs },
  );
  if (measured.length === 0) return null;
  const costs = measured.map(({ checkpointMs }) => checkpointMs);
  const lowest = 10 ** Math.floor(Math.log10(Math.min(...costs)));
  const highest = 10 ** Math.ceil(Math.log10(Math.max(...costs) * 1.01));
  const description = `Cost of a checkpoint: ${lanes.map((lane) => `${lane.lane} ${words(lane)}`).join('; ')}.`;
  return drawChart(
    { title: 'What one checkpoint costs', description, note: 'Each line is ten times the last.' },
    () => ({
      ...laneRows(
        lanes,
        measured.map(({ checkpointMs }) => duration(checkpointMs)),
      ),
      x: {
        type: 'log',
        domain: [lowest, highest],
        label: 'a checkpoint, at full speed',
        labelArrow: 'none',
        ticks: powersBetween(lowest, highest),
        tickFormat: axisWords,
        grid: true,
      },
      marks: [
        Plot.ruleY(measured, {
          x1: lowest,
          x2: 'checkpointMs',
          y: 'lane',
          stroke: 'var(--done)',
          strokeWidth: 2,
          strokeDasharray: '1 4',
          dy: markOffset,
        }),
        Plot.dot(measured, { x: 'checkpointMs', y: 'lane', r: 6, fill: 'var(--done)', dy: markOffset }),
        laneNames(lanes),
        wordsBehind(lanes, ({ checkpointMs }) => Math.max(checkpointMs ?? lowest, lowest), words),
      ],
    }),
  );
}

function words({ checkpointMs, checkpoints }: ComparedLane): string {
  if (checkpoints === 0) return 'makes none';
  return checkpointMs === null || checkpointMs <= 0
    ? 'too little to be measured here'
    : duration(checkpointMs);
}

function powersBetween(lowest: number, highest: number): readonly number[] {
  const [from, to] = [Math.round(Math.log10(lowest)), Math.round(Math.log10(highest))];
  return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
}

function axisWords(ms: number): string {
  return duration(ms).replace('.0\u00a0', '\u00a0');
}

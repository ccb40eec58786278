/** Orders met again by lane, against the most that the lane's bound allows. */
import * as Plot from '@observablehq/plot';
import type { ComparedLane } from '../../compare/comparison.js';
import { count, short } from '../number-words.js';
import { type Chart, drawChart } from './draw-chart.js';
import { barInsets, laneNames, laneRows, wordsBehind } from './lane-rows.js';

export function drawRevisits(lanes: readonly ComparedLane[]): Chart {
  const highest = Math.max(1, ...lanes.map(furthest));
  const description = `Orders met again: ${lanes.map((lane) => `${lane.lane} ${words(lane)}`).join('; ')}.`;
  return drawChart({ title: 'Orders met again, and the most there may be', description }, () => ({
    ...laneRows(lanes, lanes.map(words)),
    x: {
      domain: [0, highest],
      label: 'orders met again',
      labelArrow: 'none',
      tickSpacing: 64,
      tickFormat: whole,
    },
    marks: [
      Plot.barX(lanes, { x: 'revisited', y: 'lane', fill: 'var(--again)', ...barInsets }),
      Plot.tickX(
        lanes.filter(({ revisitBound }) => revisitBound !== null),
        {
          x: 'revisitBound',
          y: 'lane',
          stroke: 'var(--ink)',
          strokeWidth: 3,
          insetTop: barInsets.insetTop - 3,
          insetBottom: barInsets.insetBottom - 3,
        },
      ),
      Plot.ruleX([0], { stroke: 'var(--muted)' }),
      laneNames(lanes),
      wordsBehind(lanes, furthest, words),
    ],
  }));
}

function furthest({ revisited, revisitBound }: ComparedLane): number {
  return Math.max(revisited, revisitBound ?? 0);
}

function words({ revisited, revisitBound }: ComparedLane): string {
  return revisitBound === null
    ? `${count(revisited)}, no bound`
    : `${count(revisited)} of at most ${count(revisitBound)}`;
}

/** Orders are whole: no tick between them. */
function whole(value: number): string {
  return Number.isInteger(value) ? short(value) : '';
}

/** What the comparison's own runs left in Workflow history. */
import * as Plot from '@observablehq/plot';
import type { ComparedLane } from '../../compare/comparison.js';
import { bytes, counted, short } from '../number-words.js';
import { type Chart, drawChart } from './draw-chart.js';
import { barInsets, laneNames, laneRows, wordsBehind } from './lane-rows.js';

export function drawHistoryOfRuns(lanes: readonly ComparedLane[]): Chart {
  const highest = Math.max(1, ...lanes.map(({ historyEvents }) => historyEvents));
  const description = `Workflow history of these runs: ${lanes.map((lane) => `${lane.lane} ${words(lane)}`).join('; ')}.`;
  return drawChart({ title: 'Workflow history of these runs', description }, () => ({
    ...laneRows(lanes, lanes.map(words)),
    x: {
      domain: [0, highest],
      label: 'events over the whole chain',
      labelArrow: 'none',
      tickSpacing: 64,
      tickFormat: short,
    },
    marks: [
      Plot.barX(lanes, { x: 'historyEvents', y: 'lane', fill: 'var(--done)', ...barInsets }),
      Plot.ruleX([0], { stroke: 'var(--muted)' }),
      laneNames(lanes),
      wordsBehind(lanes, ({ historyEvents }) => historyEvents, words),
    ],
  }));
}

function words({ historyEvents, historyBytes }: ComparedLane): string {
  return `${counted(historyEvents, 'event')}, ${bytes(historyBytes)}`;
}

/** How many times its bare loop's time a lane takes at full speed: the median, and from where to where the rounds lay. */
import * as Plot from '@observablehq/plot';
import type { ComparedLane, Spread } from '../../compare/comparison.js';
import { ratio } from '../number-words.js';
import { type Chart, drawChart } from './draw-chart.js';
import { barInsets, laneNames, laneRows, markOffset, wordsBehind } from './lane-rows.js';

interface MeasuredLane {
  readonly lane: string;
  readonly overhead: number;
  readonly spread: Spread | null;
}

export function drawOverhead(lanes: readonly ComparedLane[]): Chart | null {
  const measured: readonly MeasuredLane[] = lanes.flatMap(({ lane, overhead, overheadSpread }) =>
    overhead === null ? [] : { lane, overhead, spread: overheadSpread },
  );
  if (measured.length === 0) return null;
  const ends = measured.flatMap(({ overhead, spread }) => [
    overhead,
    spread?.lowest ?? overhead,
    spread?.highest ?? overhead,
  ]);
  const to = Math.max(1.05, ...ends);
  const nearest = Math.min(1, ...ends);
  const from = nearest - (to - nearest) * 0.05;
  const description = `Time over the bare loop's: ${lanes.map((lane) => `${lane.lane} ${words(lane)}`).join('; ')}.`;
  const title = 'Time at full speed, over the bare loop';
  return drawChart({ title, description, note: noteOn(lanes) }, () => ({
    ...laneRows(lanes, lanes.filter(({ overhead }) => overhead !== null).map(words)),
    x: {
      domain: [from, to],
      label: 'times the time of its bare loop',
      labelArrow: 'none',
      tickSpacing: 64,
      tickFormat: ratio,
    },
    marks: [
      Plot.tickX(measured, { x: () => 1, y: 'lane', stroke: 'var(--ink)', strokeWidth: 2, ...barInsets }),
      Plot.ruleY(
        measured.filter(({ spread }) => spread !== null),
        {
          x1: ({ spread, overhead }: MeasuredLane) => spread?.lowest ?? overhead,
          x2: ({ spread, overhead }: MeasuredLane) => spread?.highest ?? overhead,
          y: 'lane',
          stroke: 'var(--done-area)',
          strokeWidth: 8,
          strokeLinecap: 'round',
          dy: markOffset,
        },
      ),
      Plot.dot(measured, { x: 'overhead', y: 'lane', r: 6, fill: 'var(--done)', dy: markOffset }),
      laneNames(lanes),
      wordsBehind(
        lanes,
        ({ overhead, overheadSpread }) =>
          overhead === null ? from : Math.max(1, overheadSpread?.highest ?? 0, overhead),
        words,
      ),
    ],
  }));
}

function words({ overhead, baseline }: ComparedLane): string {
  if (overhead === null) return 'not measured';
  return baseline === 'bare loop' ? ratio(overhead) : `${ratio(overhead)} *`;
}

function noteOn(lanes: readonly ComparedLane[]): string {
  const starred = lanes.some(({ overhead, baseline }) => overhead !== null && baseline !== 'bare loop');
  const bars = 'Dot: median; bar: lowest to highest round.';
  return starred ? `${bars} *: over a bare loop with a cursor row in its transaction.` : bars;
}

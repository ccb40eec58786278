/**
 * How far each lane was, over time: done orders, and on top of them those met again; the fault, and the time until the next order.
 *
 * P1  All lanes have the same axes: what is higher or longer is so.
 * P2  Between two points nothing was seen to change, so the line stays where it was; points that say nothing new are left out.
 */
import * as Plot from '@observablehq/plot';
import type { ComparedLane, Comparison, ProgressPoint } from '../../compare/comparison.js';
import { count, duration, short } from '../number-words.js';
import { drawPicture } from './draw-chart.js';

export interface LaneProgress {
  readonly lane: string;
  readonly words: string;
  readonly svg: string;
}

const size = { width: 372, height: 210 } as const;

export function drawProgress(comparison: Comparison): readonly LaneProgress[] {
  const seen = comparison.lanes.flatMap(({ progress }) => progress);
  const longestMs = Math.max(
    ...seen.map(({ atMs }) => atMs),
    ...comparison.lanes.map(({ durationMs }) => durationMs),
  );
  const highest = Math.max(comparison.orders, ...seen.map(({ done, revisited }) => done + revisited));
  return comparison.lanes.map((lane) => {
    const words = wordsOf(lane, comparison);
    const description = `${lane.lane}: orders done over time. ${words}`;
    return { lane: lane.lane, words, svg: drawPicture(description, panel(lane, longestMs, highest)) };
  });
}

function panel(lane: ComparedLane, longestMs: number, highest: number): Plot.PlotOptions {
  const points = withoutRepetition(lane.progress);
  const { faultMs } = lane;
  const goesOnMs = faultMs === null ? null : faultMs + (lane.recovery?.firstEffectMs ?? lane.recoveryMs ?? 0);
  const onLeft = (faultMs ?? 0) < longestMs / 2;
  return {
    ...size,
    marginLeft: 40,
    marginRight: 18,
    marginTop: 24,
    marginBottom: 36,
    x: { domain: [0, longestMs / 1000], label: 'seconds since its start', labelArrow: 'none', ticks: 5 },
    y: { domain: [0, highest], label: null, tickFormat: short, ticks: 4, grid: true },
    marks: [
      faultMs === null || goesOnMs === null
        ? null
        : Plot.rectX([0], { x1: faultMs / 1000, x2: goesOnMs / 1000, fill: 'var(--pause)' }),
      Plot.areaY(points, { x: seconds, y1: 0, y2: 'done', fill: 'var(--done-area)', curve: 'step-after' }),
      Plot.areaY(points, { x: seconds, y1: 'done', y2: visits, fill: 'var(--again)', curve: 'step-after' }),
      Plot.lineY(points, {
        x: seconds,
        y: 'done',
        stroke: 'var(--done)',
        strokeWidth: 2,
        curve: 'step-after',
      }),
      Plot.ruleY([0], { stroke: 'var(--muted)' }),
      faultMs === null
        ? null
        : [
            Plot.ruleX([faultMs / 1000], { stroke: 'var(--fault)', strokeWidth: 2, strokeDasharray: '4 3' }),
            Plot.text([faultMs / 1000], {
              x: (at: number) => at,
              frameAnchor: 'top',
              text: () => (lane.killedAt === null ? 'fault' : `fault at ${count(lane.killedAt)}`),
              textAnchor: onLeft ? 'start' : 'end',
              dx: onLeft ? 4 : -4,
              dy: -16,
              fontWeight: 600,
              fill: 'var(--fault)',
            }),
          ],
    ],
  };
}

function wordsOf(lane: ComparedLane, { orders }: Comparison): string {
  const done = lane.progress.at(-1)?.done ?? 0;
  const again = lane.revisited === 0 ? 'none met again' : `${count(lane.revisited)} met again`;
  const pause = lane.recoveryMs === null ? [] : [`goes on after ${duration(lane.recoveryMs)}`];
  const twice = lane.doubled === 0 ? [] : [`${count(lane.doubled)} doubled`];
  return [
    ...pause,
    again,
    ...twice,
    `${done === orders ? 'all' : `${count(done)} of ${count(orders)}`} done in ${duration(lane.durationMs)}`,
  ].join(', ');
}

/** Without those that are as the one before; the last says how long it stayed so. */
export function withoutRepetition(points: readonly ProgressPoint[]): readonly ProgressPoint[] {
  return points.filter(({ done, revisited }, index) => {
    const before = points[index - 1];
    return index === points.length - 1 || done !== before?.done || revisited !== before.revisited;
  });
}

function seconds({ atMs }: ProgressPoint): number {
  return atMs / 1000;
}

function visits({ done, revisited }: ProgressPoint): number {
  return done + revisited;
}

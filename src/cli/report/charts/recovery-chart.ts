/** From the fault to the next order done, along the clock: what was waited for. */
import * as Plot from '@observablehq/plot';
import type { ComparedLane } from '../../compare/comparison.js';
import { duration } from '../number-words.js';
import { type Chart, drawChart } from './draw-chart.js';
import { barInsets, laneNames, laneRows, markOffset, wordsBehind } from './lane-rows.js';
import { type RecoveryPart, recoveryParts, stages } from './recovery-stages.js';

export function drawRecovery(lanes: readonly ComparedLane[]): Chart | null {
  const parts = lanes.flatMap(recoveryParts);
  if (parts.length === 0) return null;
  const longestMs = Math.max(...parts.map(({ toMs }) => toMs));
  const description = `From the fault to the next order done: ${lanes.map(described).join('; ')}.`;
  return drawChart({ title: 'From the fault to the next order done', description }, () => ({
    ...laneRows(lanes, lanes.map(words)),
    x: {
      domain: [0, longestMs / 1000],
      label: 'seconds since the fault',
      labelArrow: 'none',
      tickSpacing: 64,
    },
    marks: [
      Plot.barX(parts, { x1: fromSeconds, x2: toSeconds, y: 'lane', fill: fillOf, ...barInsets }),
      Plot.dot(parts, {
        x: toSeconds,
        y: 'lane',
        symbol: symbolOf,
        r: 4.5,
        dy: markOffset,
        fill: 'var(--paper)',
        stroke: 'var(--ink)',
        strokeWidth: 1.5,
      }),
      Plot.ruleX([0], { stroke: 'var(--fault)', strokeWidth: 2 }),
      laneNames(lanes),
      wordsBehind(lanes, (lane) => (lane.recovery?.firstEffectMs ?? 0) / 1000, words),
    ],
    // The marks hand over colours and symbols themselves.
    color: { type: 'identity' },
    symbol: { type: 'identity' },
  }));
}

function described(lane: ComparedLane): string {
  const parts = recoveryParts(lane).map(({ stage, fromMs, toMs }) => `${stage} ${duration(toMs - fromMs)}`);
  return `${lane.lane} ${words(lane)}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
}

function words({ recovery }: ComparedLane): string {
  return recovery === null ? 'not seen' : duration(recovery.firstEffectMs);
}

function fillOf({ stage }: RecoveryPart): string {
  return stages.find(({ name }) => name === stage)?.fill ?? 'none';
}

function symbolOf({ stage }: RecoveryPart): string {
  return stages.find(({ name }) => name === stage)?.symbol ?? 'circle';
}

function fromSeconds({ fromMs }: RecoveryPart): number {
  return fromMs / 1000;
}

function toSeconds({ toMs }: RecoveryPart): number {
  return toMs / 1000;
}

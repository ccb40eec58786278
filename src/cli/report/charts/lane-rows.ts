/** One row a lane, its name above its mark: names of any length fit, on a phone too. */
import * as Plot from '@observablehq/plot';
import type { ComparedLane } from '../../compare/comparison.js';

const rowHeight = 42;
const axisHeight = 38;
/** A wide one of 12 px. */
const letterWidth = 7;
/** The name's baseline and the mark's middle, from the middle of the row. */
const nameOffset = -12;
export const markOffset = 7;
/** A bar leaves room for the name above it. */
export const barInsets = { insetTop: 20, insetBottom: 6 } as const;

/** What all charts by lane share, with room for the words behind the furthest mark. */
export function laneRows(lanes: readonly Pick<ComparedLane, 'lane'>[], words: readonly string[]) {
  return {
    height: lanes.length * rowHeight + axisHeight,
    // Half of a number that stands below the axis' start.
    marginLeft: 20,
    marginTop: 0,
    marginBottom: axisHeight,
    marginRight: 14 + letterWidth * Math.max(0, ...words.map(({ length }) => length)),
    y: { type: 'band', domain: lanes.map(({ lane }) => lane), padding: 0, axis: null },
  } satisfies Plot.PlotOptions;
}

export function laneNames(lanes: readonly Pick<ComparedLane, 'lane'>[]): Plot.Markish {
  return Plot.text(
    lanes.map(({ lane }) => lane),
    {
      y: (lane: string) => lane,
      text: (lane: string) => lane,
      frameAnchor: 'left',
      textAnchor: 'start',
      dx: 6,
      dy: nameOffset,
      fontWeight: 600,
      fill: 'var(--ink)',
    },
  );
}

/** Words behind a lane's mark. */
export function wordsBehind<Row extends { readonly lane: string }>(
  rows: readonly Row[],
  x: (row: Row) => number,
  text: (row: Row) => string,
): Plot.Markish {
  return Plot.text(rows, {
    x,
    y: 'lane',
    text,
    textAnchor: 'start',
    dx: 8,
    dy: markOffset,
    fill: 'var(--ink)',
    fontVariant: 'tabular-nums',
  });
}

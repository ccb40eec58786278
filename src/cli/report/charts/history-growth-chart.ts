/** Events in Workflow history by how many items a job has, both on scales of powers of ten. */
import * as Plot from '@observablehq/plot';
import { count, counted, short } from '../number-words.js';
import type { HistoryPoint } from '../report-extras.js';
import { type Chart, drawChart } from './draw-chart.js';

/** Hue by pattern, dashes and symbol by store: told apart without colour too. */
const looks: Readonly<Record<HistoryPoint['lane'], Look>> = {
  none: { stroke: 'var(--muted)', dash: '2 4', symbol: 'times' },
  step: { stroke: 'var(--done)', dash: '', symbol: 'circle' },
  'step/postgres': { stroke: 'var(--done)', dash: '6 4', symbol: 'square' },
  'enumerator/heartbeat': { stroke: 'var(--again)', dash: '', symbol: 'triangle' },
  'enumerator/redis': { stroke: 'var(--again)', dash: '6 4', symbol: 'diamond' },
  'enumerator/postgres': { stroke: 'var(--again)', dash: '2 4', symbol: 'star' },
};
const plotHeight = 234;
const lineHeight = 16;

interface Look {
  readonly stroke: string;
  readonly dash: string;
  readonly symbol: Plot.SymbolType;
}

/** A line's last point, and where on the scale its words stand: apart from the next one's. */
interface LineEnd {
  readonly point: HistoryPoint;
  readonly wordsAt: number;
}

export function drawHistoryGrowth(points: readonly HistoryPoint[]): Chart {
  const names = [...new Set(points.map(({ lane }) => lane))];
  const own = (lane: HistoryPoint['lane']) =>
    points.filter((point) => point.lane === lane).sort((one, other) => one.items - other.items);
  const top = 10 ** Math.ceil(Math.log10(Math.max(10, ...points.map(({ events }) => events))));
  const ends = spreadOut(
    names.flatMap((lane) => own(lane).at(-1) ?? []),
    top,
  );
  const described = ends.map(
    ({ point }) => `${point.lane} ${count(point.events)} at ${counted(point.items, 'item')}`,
  );
  const words = {
    title: 'Workflow history, by the number of items',
    description: `Events in Workflow history: ${described.join('; ')}.`,
    note: 'Events over the whole chain; each line is ten times the last.',
  };
  return drawChart(words, () => ({
    height: plotHeight + 60,
    marginLeft: 40,
    marginRight: 154,
    marginTop: 20,
    marginBottom: 40,
    x: {
      type: 'log',
      label: 'items',
      labelArrow: 'none',
      labelAnchor: 'center',
      ticks: [...new Set(points.map(({ items }) => items))],
      tickFormat: short,
    },
    y: {
      type: 'log',
      domain: [1, top],
      label: null,
      ticks: powersUpTo(top),
      tickFormat: short,
      grid: true,
    },
    marks: [
      names.map((lane) => lineOf(own(lane), looks[lane])),
      Plot.text(ends, { ...behind, dy: -lineHeight / 2, text: ({ point }) => point.lane, fontWeight: 600 }),
      Plot.text(ends, { ...behind, dy: 2, lineAnchor: 'top', lineHeight: lineHeight / 12, text: totals }),
    ],
  }));
}

const behind = {
  x: ({ point }: LineEnd) => point.items,
  y: ({ wordsAt }: LineEnd) => wordsAt,
  textAnchor: 'start',
  dx: 10,
  fill: 'var(--ink)',
} as const;

function totals({ point: { events, executions } }: LineEnd): string {
  const words = counted(events, 'event');
  return executions === 1 ? words : `${words}\nin ${counted(executions, 'execution')}`;
}

function lineOf(own: readonly HistoryPoint[], { stroke, dash, symbol }: Look): Plot.Markish {
  return [
    Plot.lineY(own, { x: 'items', y: 'events', stroke, strokeWidth: 2, strokeDasharray: dash }),
    Plot.dot(own, { x: 'items', y: 'events', symbol, r: 4, stroke, fill: 'var(--paper)' }),
  ];
}

/** Lines that end close together have their words one above the other. */
function spreadOut(ends: readonly HistoryPoint[], top: number): readonly LineEnd[] {
  // Three lines of text and a gap, in powers of ten.
  const apart = ((3.3 * lineHeight) / plotHeight) * Math.log10(top);
  let last = Number.NEGATIVE_INFINITY;
  return [...ends]
    .sort((one, other) => one.events - other.events)
    .map((point) => {
      last = Math.max(Math.log10(point.events), last + apart);
      return { point, wordsAt: 10 ** last };
    });
}

function powersUpTo(top: number): readonly number[] {
  return Array.from({ length: Math.round(Math.log10(top)) + 1 }, (_, power) => 10 ** power);
}

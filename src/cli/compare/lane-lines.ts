/**
 * The lanes side by side, as lines: a bar of its orders for each, and how it stands in words. Pure.
 *
 * L1  No line is wider than the terminal; at 80 columns nothing is cut, whatever falls and however many orders there are.
 * L2  Each thing has a sign of its own; colour only repeats it.
 */
import { cutLine, type Line, plain, type Span, strong, type Tone } from '../monitor/lines.js';
import { wrapText } from '../ui/wrap-text.js';
import { describeMs } from './amounts.js';
import { type CellSeen, type LanePhase, type LiveLane, waitingLane } from './live-lane.js';

export interface Lanes {
  /** Each is broken where the terminal ends. */
  readonly title: readonly string[];
  /** In the words of what falls: killed, frozen. */
  readonly struckWord: string;
  readonly orders: number;
  readonly lanes: readonly LiveLane[];
  /** What is told besides, the newest last. */
  readonly told: readonly string[];
}

const nameWidth = 21;
const narrowestBar = 4;
const widestBar = 60;
const toldLast = 3;
const longestMs = 999_900;

type Sign = Span & { readonly rank: number };

/** What a place of the bar shows: of several, the one with the highest rank. */
const signs = {
  gone: { text: ' ', tone: 'plain', rank: 0 },
  toDo: { text: '·', tone: 'plain', rank: 1 },
  begun: { text: '▌', tone: 'good', rank: 2 },
  done: { text: '█', tone: 'good', rank: 3 },
  revisited: { text: '▒', tone: 'warn', rank: 4 },
  checkpoint: { text: '◆', tone: 'strong', rank: 5 },
  fault: { text: '✗', tone: 'bad', rank: 6 },
} as const satisfies Record<string, Sign>;

export function laneLines({ title, struckWord, orders, lanes, told }: Lanes, columns: number): Line[] {
  const forBar = columns - nameWidth - 1 - stateWidth(struckWord, orders);
  const width = Math.max(narrowestBar, Math.min(widestBar, orders, forBar));
  const newest = told.slice(-toldLast).flatMap((words) => wrapText(words, columns));
  const lines: Line[] = [
    ...title.flatMap((words) => wrapText(words, columns)).map((words): Line => [strong(words)]),
    [],
    ...lanes.map((lane) => laneLine(lane, { width, orders, struckWord })),
    [],
    legend,
    [],
    ...newest.map((words): Line => [plain(words)]),
  ];
  return lines.map((line) => cutLine(line, columns));
}

const legend: Line = [
  ...[
    signs.done,
    plain(' done  '),
    signs.revisited,
    plain(' met again  '),
    signs.fault,
    plain(' the fault  '),
  ],
  ...[signs.checkpoint, plain(' where a new worker goes on  '), signs.toDo, plain(' to do')],
].map(({ text, tone }) => ({ text, tone }));

interface Drawn {
  readonly width: number;
  readonly orders: number;
  readonly struckWord: string;
}

function laneLine(lane: LiveLane, drawn: Drawn): Line {
  const { text, tone } = stateOf(lane, drawn.struckWord);
  return [plain(lane.lane.padEnd(nameWidth)), ...barOf(lane, drawn), plain(' '), { text, tone }];
}

/** Room for the longest words of this comparison: bars keep their place while states change. */
function stateWidth(struckWord: string, orders: number): number {
  const longest = { ...waitingLane('none'), done: orders, revisited: orders, struckAt: orders };
  const phases: readonly LanePhase[] = [
    { kind: 'starting' },
    { kind: 'running' },
    { kind: 'struck', workers: 0 },
    { kind: 'recovering' },
    { kind: 'done', tookMs: longestMs },
  ];
  return Math.max(...phases.map((phase) => stateOf({ ...longest, phase }, struckWord).text.length));
}

/** How a lane stands, in words. */
export function stateOf({ phase, struckAt, revisited, done }: LiveLane, struckWord: string): Span {
  const again = revisited === 0 ? '' : `, ${revisited} again`;
  switch (phase.kind) {
    case 'waiting':
      return plain('waiting');
    case 'starting':
      return plain('a worker is starting');
    case 'running':
      return plain(`running, ${done} done${again}`);
    case 'struck':
      return {
        text: `${struckWord} at ${struckAt ?? '?'}${phase.workers === 0 ? ', no worker' : ''}`,
        tone: 'bad',
      };
    case 'recovering':
      return { text: `${struckWord} at ${struckAt ?? '?'}, recovering`, tone: 'warn' };
    case 'done':
      return { text: `done in ${describeMs(phase.tookMs)}${again}`, tone: 'good' };
  }
}

function barOf({ cells, struckAt, checkpoint }: LiveLane, { width, orders }: Drawn): Span[] {
  const untouched = cells.length === 0 ? signs.toDo : signs.gone;
  const places: Sign[] = Array.from({ length: width }, (): Sign => untouched);
  const raise = (order: number, sign: Sign): void => {
    const place = Math.min(width - 1, Math.floor(((order - 1) * width) / orders));
    const there = places[place];
    if (there !== undefined && sign.rank > there.rank) places[place] = sign;
  };
  cells.forEach((cell, index) => {
    const from = Math.floor((index * width) / cells.length);
    const upTo = Math.max(from + 1, Math.floor(((index + 1) * width) / cells.length));
    const sign = signOf(cell);
    for (let place = from; place < upTo && place < width; place += 1)
      if (sign.rank > (places[place]?.rank ?? 0)) places[place] = sign;
  });
  if (checkpoint !== null) raise(checkpoint, signs.checkpoint);
  if (struckAt !== null) raise(struckAt, signs.fault);
  return together(places);
}

function signOf({ orders, done, revisited }: CellSeen): Sign {
  if (orders === 0) return signs.gone;
  if (revisited > 0) return signs.revisited;
  if (done === 0) return signs.toDo;
  return done < orders ? signs.begun : signs.done;
}

/** Neighbours that look alike are one span. */
function together(places: readonly Sign[]): Span[] {
  const spans: { text: string; tone: Tone }[] = [];
  for (const { text, tone } of places) {
    const last = spans.at(-1);
    if (last?.tone === tone) last.text += text;
    else spans.push({ text, tone });
  }
  return spans;
}

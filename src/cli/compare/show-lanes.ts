/**
 * Shows lanes while they are compared: redrawn in place on a terminal, a line for each thing that happens elsewhere.
 *
 * S1  The terminal is as it was when it is closed, and the lanes as they stood last are printed then.
 * S2  Nothing is shown under --quiet; what is no terminal gets plain lines, on stderr.
 */

import { plainText } from '../monitor/monitor-view.js';
import type { Output } from '../output.js';
import { type Lanes, laneLines, stateOf } from './lane-lines.js';
import type { Lane } from './lanes.js';
import { type LiveLane, waitingLane } from './live-lane.js';

export interface ShownLanes {
  change(lane: LiveLane): void;
  tell(line: string): void;
  close(): void;
}

export interface LanesToShow extends Pick<Lanes, 'title' | 'struckWord' | 'orders'> {
  readonly lanes: readonly Lane[];
  readonly onInterrupt: () => void;
}

/** Frames a second, at the most: more can't be told apart, and would cost the lanes their processor. */
const frameMs = 100;

export async function showLanes(output: Output, toShow: LanesToShow): Promise<ShownLanes> {
  const isTerminal = process.stdout.isTTY === true && process.env.TERM !== 'dumb';
  if (output.json || output.quiet || !isTerminal) return inLines(output, toShow);
  return inPlace(toShow);
}

function inLines(output: Output, { lanes, title, struckWord }: LanesToShow): ShownLanes {
  const phases = new Map<string, LiveLane['phase']['kind']>();
  for (const words of title) output.progress(words);
  output.progress(`lanes: ${lanes.map(({ name }) => name).join(', ')}`);
  return {
    change: (lane) => {
      if (phases.get(lane.lane) === lane.phase.kind) return;
      phases.set(lane.lane, lane.phase.kind);
      output.progress(`${lane.lane}: ${stateOf(lane, struckWord).text}`);
    },
    tell: (line) => output.progress(`  ${line}`),
    close: () => undefined,
  };
}

async function inPlace({ lanes, title, struckWord, orders, onInterrupt }: LanesToShow): Promise<ShownLanes> {
  const { openScreen } = await import('../monitor/screen.js');
  let shown: Lanes = {
    title,
    struckWord,
    orders,
    lanes: lanes.map(({ name }) => waitingLane(name)),
    told: [],
  };
  const draw = (): void => {
    const { columns, rows } = screen.size();
    // More lines than there are rows would scroll the first ones away.
    screen.show(laneLines(shown, columns).slice(0, rows));
  };
  const screen = await openScreen({ onQuit: onInterrupt, onInterrupt, onResize: () => draw() });
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      if (!closed) draw();
    }, frameMs);
  };
  draw();
  return {
    change: (lane) => {
      shown = { ...shown, lanes: shown.lanes.map((each) => (each.lane === lane.lane ? lane : each)) };
      soon();
    },
    tell: (line) => {
      shown = { ...shown, told: [...shown.told, line] };
      soon();
    },
    close: () => {
      if (closed) return;
      closed = true;
      if (timer !== null) clearTimeout(timer);
      const { columns } = screen.size();
      screen.close();
      process.stdout.write(`${plainText(laneLines({ ...shown, told: [] }, columns))}\n`);
    },
  };
}

/**
 * The terminal while the monitor has it: the alternate screen, ink's frames on it, and everything as it was at the end.
 *
 * T1  The screen is cleared at the start and when its size changes, and at no other time.
 * T2  However the process ends (but by SIGKILL), the cursor is shown and what was on the screen before is there again.
 * T3  A new size counts at once.
 */
import { wantsColour } from '../ui/colours.js';
import { FrameStream } from './frame-stream.js';
import type { Line } from './lines.js';
import { loadInk } from './load-ink.js';
import type { Size } from './monitor-view.js';

/** Alternate screen, no cursor, and no line that is too long for the terminal after all goes over into the next. */
const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const leave = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const clear = '\x1b[2J';

export interface Screen {
  size(): Size;
  show(lines: readonly Line[]): void;
  close(): void;
}

export interface ScreenEvents {
  readonly onQuit: () => void;
  readonly onInterrupt: () => void;
  /** The size has changed, and nothing is on the screen. */
  readonly onResize: () => void;
}

export async function openScreen({ onQuit, onInterrupt, onResize }: ScreenEvents): Promise<Screen> {
  const { render, createElement, Frame } = await loadInk();
  const stdout = new FrameStream(process.stdout.fd);
  // The terminal is gone.
  stdout.on('error', onInterrupt);
  const coloured = wantsColour(true, process.env);
  const listening = process.stdin.isTTY === true;
  const frameOf = (lines: readonly Line[]) =>
    createElement(Frame, { lines, coloured, listening, onQuit, onInterrupt });
  const restore = (): void => stdout.writeCodes(leave);
  process.once('exit', restore);
  stdout.writeCodes(enter);
  // `debug`: every frame is handed over whole, and what ink would write around it is not.
  const ink = render(frameOf([]), { stdout, exitOnCtrlC: false, patchConsole: false, debug: true });
  const resized = (): void => {
    stdout.measure(process.stdout);
    stdout.forget();
    stdout.writeCodes(clear);
    onResize();
  };
  process.stdout.on('resize', resized);
  return {
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    show: (lines) => ink.rerender(frameOf(lines)),
    close: () => {
      process.stdout.off('resize', resized);
      stdout.close();
      ink.unmount();
      process.off('exit', restore);
      restore();
    },
  };
}

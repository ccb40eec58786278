/**
 * A terminal that is given whole frames and writes the lines that changed.
 *
 * F1  A line that stands there already is not written again; where nothing changed, nothing is written.
 * F2  Each frame is one write, which the terminal may show at once as a whole; the screen is never cleared for it.
 * F3  After `forget` the next frame is written whole.
 * F4  Its size is never 0, also where the terminal tells none.
 *
 * Ink's own way of rewriting changed lines misses its place by one in the releases that run on Node 20, and clears the screen,
 * with what can be scrolled back to, where a frame fills it. So ink draws here, and this writes.
 */
import { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from './display-width.js';
import type { Size } from './monitor-view.js';

/** https://invisible-island.net/xterm/ctlseqs/ctlseqs.html; unknown modes are ignored. */
const together = { begin: '\x1b[?2026h', end: '\x1b[?2026l' };
const eraseRest = '\x1b[K';

type Written = (error?: Error | null) => void;

export class FrameStream extends WriteStream {
  #shown: readonly string[] = [];
  #closed = false;

  constructor(fd: number) {
    super(fd);
    this.measure(this);
  }

  /** Takes on the terminal's size: ink's frames and what is written of them are cut to it. */
  measure(terminal: Partial<Size>): void {
    const { columns, rows } = sizeOf(terminal);
    this.columns = columns;
    this.rows = rows;
  }

  /** What ink calls with each frame. */
  override write(
    frame: Uint8Array | string,
    encoding?: BufferEncoding | Written,
    written?: Written,
  ): boolean {
    const changes = this.#closed ? '' : this.#changesTo(String(frame));
    if (changes !== '') super.write(`${together.begin}${changes}${together.end}`);
    const done = typeof encoding === 'function' ? encoding : written;
    if (done !== undefined) setImmediate(done);
    return true;
  }

  /** Writes as it is: what is no frame. */
  writeCodes(codes: string): void {
    super.write(codes);
  }

  /** The screen holds something else by now. */
  forget(): void {
    this.#shown = [];
  }

  /** Frames are written no longer. */
  close(): void {
    this.#closed = true;
  }

  #changesTo(frame: string): string {
    const before = this.#shown;
    const lines = frame.split('\n').slice(0, this.rows);
    this.#shown = lines;
    return changedLines(before, lines, this.columns);
  }
}

/** Some terminals tell 0×0, or no size: then it is a usual one. */
export function sizeOf({ columns, rows }: Partial<Size>): Size {
  return { columns: columns || 80, rows: rows || 24 };
}

/** The escape codes that turn one frame into the next. Pure. */
export function changedLines(before: readonly string[], after: readonly string[], columns: number): string {
  let changes = '';
  for (let row = 0; row < Math.max(before.length, after.length); row += 1) {
    const line = after[row] ?? '';
    if (line === (before[row] ?? '')) continue;
    // Behind a line that fills its row the cursor stands on the last letter, and would erase that.
    const rest = displayWidth(stripVTControlCharacters(line)) < columns ? eraseRest : '';
    changes += `\x1b[${row + 1};1H${line}${rest}`;
  }
  return changes;
}

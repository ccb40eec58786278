import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, head } from '../../../src/cli/monitor/display-width.js';
import { changedLines, sizeOf } from '../../../src/cli/monitor/frame-stream.js';

const columns = 12;
const rows = 6;

async function shownBy(codes: string): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(codes, resolve));
  return Array.from({ length: rows }, (_, row) =>
    (terminal.buffer.active.getLine(row)?.translateToString() ?? '').trimEnd(),
  );
}

const anyLine = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', ' ', '█', '░'), maxLength: columns }),
  // One that fills its row to the last column.
  fc.string({ unit: fc.constantFrom('a', 'b'), minLength: columns, maxLength: columns }),
);
const anyFrame = fc.array(anyLine, { maxLength: rows });

describe('what is written for a frame', () => {
  it('brings a terminal from any frame to any other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame, { minLength: 1, maxLength: 5 }), async (frames) => {
        let codes = '';
        let before: readonly string[] = [];
        for (const frame of frames) {
          codes += changedLines(before, frame, columns);
          before = frame;
        }

        const shown = await shownBy(codes);

        expect(shown).toEqual(Array.from({ length: rows }, (_, row) => (before[row] ?? '').trimEnd()));
      }),
      { numRuns: 60 },
    );
  });

  it('is nothing where nothing changed, and else the changed lines alone; never the whole screen', () => {
    const frame = ['first', 'second', 'third'];

    expect(changedLines(frame, frame, columns)).toBe('');
    expect(changedLines(frame, ['first', 'SECOND', 'third'], columns)).toBe('\x1b[2;1HSECOND\x1b[K');
  });
});

describe('a line that fills its row', () => {
  it('is not erased behind: some terminals would erase its last letter', () => {
    expect(changedLines([], ['a'.repeat(columns)], columns)).not.toContain('\x1b[K');
  });
});

describe('a terminal', () => {
  it.each([
    [
      { columns: 0, rows: 0 },
      { columns: 80, rows: 24 },
    ],
    [{}, { columns: 80, rows: 24 }],
    [
      { columns: 60, rows: 15 },
      { columns: 60, rows: 15 },
    ],
  ])('that tells %o as its size is taken for %o', (told, size) => {
    expect(sizeOf(told)).toEqual(size);
  });
});

describe('the width of a text', () => {
  it.each([
    ['abc', 3],
    ['注文', 4],
    ['e\u0301', 1],
    ['█░…', 3],
    ['ｆ', 2],
  ])('%s takes the columns that a terminal gives it', async (text, width) => {
    const terminal = new xterm.Terminal({ cols: 40, rows: 1, allowProposedApi: true });
    await new Promise<void>((resolve) => terminal.write(text, resolve));

    expect(displayWidth(text)).toBe(width);
    expect(terminal.buffer.active.cursorX).toBe(width);
  });

  it('is never more than asked for, where its head is taken', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 20 }), (text, width) => {
        expect(displayWidth(head(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

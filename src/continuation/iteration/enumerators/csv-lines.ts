/**
 * Lines as an editor counts them: they end with \n, \r\n or \r. Counted here since csv-parse counts a \r\n within quotes
 * twice.
 */
import type { CsvEncoding, CsvText } from './csv-text.js';

/** A place between two lines: the file's bytes before it, and the number of the line that begins there. */
export interface CsvPlace {
  readonly offset: number;
  readonly line: number;
}

const lineFeed = 10;
const carriageReturn = 13;

/** The length of the line end that begins with this byte; 0: none does, or its second half is still to come. */
export function lineEndAt(byte: number | undefined, next: number | undefined): number {
  if (byte === lineFeed) return 1;
  if (byte !== carriageReturn || next === undefined) return 0;
  return next === lineFeed ? 2 : 1;
}

/** Whether a line ends with these bytes: a file's last one may have no end. */
export function endsLine(bytes: Buffer, encoding: CsvEncoding = 'utf8'): boolean {
  const wide = encoding === 'utf16le';
  if (wide && bytes.at(-1) !== 0) return false;
  const last = bytes.at(wide ? -2 : -1);
  return last === lineFeed || last === carriageReturn;
}

/** How many lines end in this text, and how many of them are blank ones at its beginning. */
export function countLineEnds(text: Buffer): { readonly all: number; readonly blankFirst: number } {
  let all = 0;
  let blankFirst = 0;
  let blank = true;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i];
    if (byte === lineFeed || byte === carriageReturn) {
      if (byte === carriageReturn && text[i + 1] === lineFeed) i += 1;
      all += 1;
      if (blank) blankFirst += 1;
    } else blank = false;
  }
  return { all, blankFirst };
}

/** The first line from a place on that isn't blank: its number, and the place after it. */
export async function firstLine(
  text: CsvText,
  from: CsvPlace,
): Promise<{ readonly line: number; readonly end: CsvPlace }> {
  let { offset, line } = from;
  let begun = false;
  let afterReturn = false;
  const end = (rest: number) => ({ line: line - 1, end: { offset: offset + rest, line } });
  for await (const { text: piece } of text.pieces(offset)) {
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i];
      if (afterReturn) {
        afterReturn = false;
        if (byte === lineFeed && !begun) continue;
        if (begun) return end(text.bytesOf(piece.subarray(0, byte === lineFeed ? i + 1 : i)));
      }
      if (byte === lineFeed || byte === carriageReturn) {
        line += 1;
        if (byte === carriageReturn) afterReturn = true;
        else if (begun) return end(text.bytesOf(piece.subarray(0, i + 1)));
      } else begun = true;
    }
    offset += text.bytesOf(piece);
  }
  return afterReturn ? end(0) : { line, end: { offset, line } };
}

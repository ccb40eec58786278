/**
 * Where a record ends that is too large to be held: looked for without holding it.
 *
 * L1  Only what is well-formed has an end that is certain: quotes that don't fit, or are never closed, have none.
 * L2  A piece of the file at a time, and what of it may be the beginning of a delimiter, a quote or a line end.
 */
import { type CsvPlace, lineEndAt } from './csv-lines.js';
import type { CsvText } from './csv-text.js';

interface RecordFormat {
  readonly delimiter: string;
  readonly quote: string | null;
}

/** Where in a field: before its first character, in one without quotes, in quotes, after the closing one. */
type Within = 'start' | 'plain' | 'quoted' | 'closed';

/** @returns the record's first line, and the place after it; null where that isn't certain (L1) */
export async function endOfRecord(
  text: CsvText,
  from: CsvPlace,
  format: RecordFormat,
): Promise<{ readonly line: number; readonly end: CsvPlace } | null> {
  const record = new RecordScan(format);
  let { offset } = from;
  let rest = Buffer.alloc(0);
  const placeAfter = (bytes: Buffer) => ({
    line: from.line + record.blankLines,
    end: { offset: offset + text.bytesOf(bytes), line: from.line + record.lines },
  });
  for await (const { text: piece } of text.pieces(from.offset)) {
    const window = Buffer.concat([rest, piece]);
    const { at, found } = record.scan(window, 'more comes');
    if (found !== null) return found === 'end' ? placeAfter(window.subarray(0, at)) : null;
    const done = wholeCharacters(window, at);
    offset += text.bytesOf(window.subarray(0, done));
    rest = window.subarray(done);
  }
  const { found } = record.scan(rest, 'it ends here');
  return found === 'no end' ? null : placeAfter(rest);
}

class RecordScan {
  /** Line ends so far, those of blank lines before the record too. */
  lines = 0;
  blankLines = 0;
  #within: Within = 'start';
  #begun = false;
  readonly #delimiter: Buffer;
  /** Empty: quotes are nothing special. */
  readonly #quote: Buffer;
  /** What has to be there to tell what begins at a byte. */
  readonly #lookAhead: number;

  constructor({ delimiter, quote }: RecordFormat) {
    this.#delimiter = Buffer.from(delimiter);
    this.#quote = Buffer.from(quote ?? '');
    this.#lookAhead = Math.max(2, this.#delimiter.length, 2 * this.#quote.length);
  }

  /** @returns how far it came, and what it found: the record's end, that it has none that is certain, or nothing yet */
  scan(
    window: Buffer,
    after: 'more comes' | 'it ends here',
  ): { readonly at: number; readonly found: 'end' | 'no end' | null } {
    const end = after === 'more comes' ? window.length - this.#lookAhead : window.length - 1;
    let at = 0;
    while (at <= end) {
      const step = this.#step(window, at);
      if (step === 'no end') return { at, found: step };
      at += step.length;
      if (step.ends) return { at, found: 'end' };
    }
    if (after === 'more comes') return { at, found: null };
    return { at, found: this.#within === 'quoted' ? 'no end' : 'end' };
  }

  #step(window: Buffer, at: number): { readonly length: number; readonly ends: boolean } | 'no end' {
    const quote = startsWith(window, this.#quote, at) ? this.#quote.length : 0;
    const lineEnd = lineEndAt(window[at], window[at + 1] ?? 0);
    if (lineEnd > 0) this.lines += 1;
    if (this.#within === 'quoted') {
      if (quote === 0) return { length: lineEnd || 1, ends: false };
      if (startsWith(window, this.#quote, at + quote)) return { length: 2 * quote, ends: false };
      return this.#to('closed', quote);
    }
    if (lineEnd > 0) {
      if (this.#begun) return { length: lineEnd, ends: true };
      this.blankLines += 1;
      return { length: lineEnd, ends: false };
    }
    if (startsWith(window, this.#delimiter, at)) return this.#to('start', this.#delimiter.length);
    if (quote > 0) return this.#within === 'start' ? this.#to('quoted', quote) : 'no end';
    return this.#within === 'closed' ? 'no end' : this.#to('plain', 1);
  }

  #to(within: Within, length: number): { readonly length: number; readonly ends: false } {
    this.#within = within;
    this.#begun = true;
    return { length, ends: false };
  }
}

function startsWith(window: Buffer, token: Buffer, at: number): boolean {
  return token.length > 0 && window[at] === token[0] && token.every((byte, i) => window[at + i] === byte);
}

/** No further than to the beginning of a character, so that its bytes can be counted in the file's own encoding. */
function wholeCharacters(window: Buffer, at: number): number {
  const isInside = (i: number) => ((window[i] ?? 0) & 0b1100_0000) === 0b1000_0000;
  let start = at;
  while (start > 0 && start > at - 3 && isInside(start)) start -= 1;
  return start;
}

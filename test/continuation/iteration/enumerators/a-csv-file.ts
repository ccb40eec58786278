/** CSV files in memory that count what is done to them, and CSV text of every kind. */
import fc from 'fast-check';
import type { CsvFile } from '../../../../src/continuation/iteration/enumerators/csv-file.js';

export interface CountedFile extends CsvFile {
  /** Bytes read, over all openings. */
  readonly read: () => number;
  /** Bytes of the largest piece that was asked for. */
  readonly largest: () => number;
  readonly opened: () => number;
  readonly closed: () => number;
}

export function aFile(content: string | Buffer, name = 'orders.csv'): CountedFile {
  const bytes = Buffer.from(content);
  const counted = { read: 0, largest: 0, opened: 0, closed: 0 };
  return {
    name,
    read: () => counted.read,
    largest: () => counted.largest,
    opened: () => counted.opened,
    closed: () => counted.closed,
    async open() {
      counted.opened += 1;
      return {
        size: bytes.length,
        async read(offset, length) {
          const piece = bytes.subarray(offset, offset + length);
          counted.read += piece.length;
          counted.largest = Math.max(counted.largest, length);
          return piece;
        },
        async close() {
          counted.closed += 1;
        },
      };
    },
  };
}

export const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

/** What CSV has to quote, and what other programs have stumbled over. */
const difficult = fc.constantFrom(
  '"',
  '""',
  ',',
  ';',
  '\n',
  '\r\n',
  '\r',
  '\t',
  ' ',
  '€',
  '𝄞',
  'é',
  '\0',
  '\u2028',
  "'",
);

/** A field's value of any Unicode characters. */
export const aValue = fc
  .array(
    fc.oneof(
      { arbitrary: difficult, weight: 2 },
      { arbitrary: fc.string({ unit: 'binary', maxLength: 4 }), weight: 1 },
    ),
    {
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(''));

/** A value that Latin-1 has, too. */
export const aLatin1Value = fc
  .array(
    fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

export function written(
  value: string,
  { delimiter, always }: { delimiter: string; always: boolean },
): string {
  const needed = value === '' || /["\r\n\ufeff]/u.test(value) || value.includes(delimiter);
  return always || needed ? `"${value.replaceAll('"', '""')}"` : value;
}

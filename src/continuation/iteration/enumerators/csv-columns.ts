/** The names of a file's columns, and the rows that they make of fields. */
import { CsvHeaderError } from './csv-errors.js';
import type { CsvRow } from './csv-item.js';
import type { CsvRecord } from './csv-records.js';

/** The header's names. @throws CsvHeaderError where it can't be read, isn't the expected one, or names two columns alike */
export function columnsOf(
  file: string,
  header: CsvRecord,
  expected: readonly string[] | null,
): readonly string[] {
  const broken = (problem: string) => new CsvHeaderError(file, header.line, problem);
  if (header.kind === 'broken') throw broken(`can't be read: ${header.problem}`);
  const { fields } = header;
  if (
    expected !== null &&
    !(fields.length === expected.length && fields.every((name, i) => name === expected[i]))
  )
    throw broken(`is ${shown(fields)}, and ${shown(expected)} was expected`);
  const twice = nameTwice(fields);
  if (twice !== null) throw broken(`has the column ${JSON.stringify(twice)} twice`);
  return fields;
}

/** The first name that comes a second time; null: all differ. */
export function nameTwice(names: readonly string[]): string | null {
  return names.find((name, i) => names.indexOf(name) !== i) ?? null;
}

/** A row by its columns' names, or what is wrong with the number of its fields. */
export function rowFrom(
  fields: readonly string[],
  columns: readonly string[],
): { readonly row: CsvRow } | { readonly problem: string } {
  if (fields.length !== columns.length)
    return {
      problem: `it has ${counted(fields.length)} where the file has ${columns.length}${overLines(fields)}`,
    };
  // Not by assignment: a column may be called __proto__.
  return { row: Object.fromEntries(columns.map((name, i) => [name, fields[i] ?? ''])) };
}

/** Long enough to know it again; quoted as JSON, so that it can move nothing on a terminal. */
const longestShown = 200;

function shown(names: readonly string[]): string {
  const text = JSON.stringify(names);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

/** A quote that is closed many rows later makes one row of them all. */
function overLines(fields: readonly string[]): string {
  const ends = fields.reduce((sum, field) => sum + field.split(/\r\n|[\r\n]/).length - 1, 0);
  return ends === 0 ? '' : `, over ${ends + 1} lines (is a quote never closed?)`;
}

function counted(columns: number): string {
  return columns === 1 ? '1 column' : `${columns} columns`;
}

/** A comparison as a person reads it on a terminal: tables of at most 100 columns, then what they say. Pure. */

import type { WordTable } from '../report/report-extras.js';
import { colours } from '../ui/colours.js';
import { table } from '../ui/table.js';
import { wrapBehind } from '../ui/wrap-text.js';
import type { Comparison } from './comparison.js';
import { guarantees } from './guarantees.js';
import { dependsOnHere, dependsOnNothingHere, notClaimed } from './honesty.js';
import { claimTable, costsNote, costTable, numberTables, qualityTable } from './word-tables.js';

const widest = 100;

/** @param columns of the terminal */
export function describeComparison(comparison: Comparison, columns: number = widest): string {
  const { verdict, lanes } = comparison;
  const notes = lanes.flatMap(({ lane, note }) => (note === null ? [] : [`${lane}: ${note}`]));
  const costs = costTable(comparison);
  return [
    ...numberTables(comparison).map(drawn),
    ...(costs === null ? [] : [drawn(costs), wrapBehind('', costsNote, columns)]),
    ...(notes.length === 0 ? [] : [list('What is different, and why', notes, columns)]),
    list('The verdict, from these numbers', verdict, columns),
    ...(costs === null ? [] : [drawn(claimTable(lanes))]),
    inBlocks(qualityTable(), columns),
    'What each lane guarantees, and which tests hold it:\n  npx leftoff compare --guarantees',
  ].join('\n\n');
}

export function describeGuarantees(columns: number = widest): string {
  const blocks = guarantees.map(({ lane, durable, bound, breaks, heldBy }) =>
    [
      colours.bold(lane),
      wrapBehind('  durable    ', durable, columns),
      wrapBehind('  met again  ', bound, columns),
      wrapBehind('  broken by  ', breaks, columns),
      ...heldBy.map(
        ({ title, file }) => `${wrapBehind('  held by    ', title, columns)}\n             ${file}`,
      ),
    ].join('\n'),
  );
  return [
    ...blocks,
    list('What the numbers hang on: this machine, this server', dependsOnHere, columns),
    list('What they don’t hang on', dependsOnNothingHere, columns),
    list('Not claimed here', notClaimed, columns),
  ].join('\n\n');
}

function drawn({ title, columns: titles, rows }: WordTable): string {
  const asColumns = titles.map((each, index) => ({ title: each, align: alignOf(rows, index) }));
  return `${colours.bold(title)}\n${table(asColumns, rows)}`;
}

/** Numbers to the right. */
function alignOf(rows: WordTable['rows'], index: number): 'left' | 'right' {
  return index > 0 && rows.every((row) => /^[–\d]/.test(row[index] ?? '')) ? 'right' : 'left';
}

/** A table of sentences: row by row, each column's words behind its title. */
function inBlocks({ title, columns: [, ...titles], rows }: WordTable, columns: number): string {
  const width = Math.max(...titles.map(({ length }) => length)) + 2;
  const blocks = rows.map(([row = '', ...cells]) =>
    [
      row,
      ...cells.map((cell, index) => wrapBehind(`  ${(titles[index] ?? '').padEnd(width)}`, cell, columns)),
    ].join('\n'),
  );
  return [colours.bold(title), ...blocks].join('\n');
}

function list(title: string, lines: readonly string[], columns: number): string {
  return [colours.bold(title), ...lines.map((line) => wrapBehind('  · ', line, columns))].join('\n');
}

/** Of the terminal, where there is one and it is narrower. */
export function readingWidth(): number {
  return Math.min(widest, process.stdout.isTTY ? process.stdout.columns : widest);
}

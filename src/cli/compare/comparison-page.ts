/** docs/comparison.md, made from the comparisons that are kept beside it: nobody types a number. Pure. */
import type { WordTable } from '../report/report-extras.js';
import type { Comparison } from './comparison.js';
import { guarantees } from './guarantees.js';
import { dependsOnHere, dependsOnNothingHere, notClaimed } from './honesty.js';
import { claimTable, costsNote, costTable, numberTables, qualityTable } from './word-tables.js';

export interface KeptComparison {
  /** Of the raw JSON, from the page's folder. */
  readonly file: string;
  readonly comparison: Comparison;
}

export function comparisonPage(kept: readonly KeptComparison[]): string {
  return `${[
    '# The comparison: the same job, the same fault, side by side',
    'Made by `leftoff compare`, never typed: each section is what the JSON beside it holds, and a test compares the two. `npx leftoff compare --help` has what can be asked of it; `--report file.html` makes a page with pictures.',
    'A lane is one pattern with one store; `none` is the negative control: one loop, no checkpoint, no guard. Lanes run one after another, on the same orders, seed and settings, a fresh worker each, and the fault falls at the same order in each. All is counted by the database, the servers’ counters and Workflow history.',
    ...kept.flatMap(sectionOf),
    '## What can’t be measured',
    inMarkdown(qualityTable()),
    '## What each lane guarantees',
    'The bound is for one lost attempt; N is `--checkpoint-every`. A title links to the file of its test; [a test](../test/cli/compare/guarantees.unit.test.ts) fails where it is not there.',
    guaranteesInMarkdown(),
    '## What the numbers hang on',
    'On this machine, or on its dev server:',
    bullets(dependsOnHere),
    'On neither:',
    bullets(dependsOnNothingHere),
    '## Not claimed here',
    bullets(notClaimed),
  ].join('\n\n')}\n`;
}

function sectionOf({ file, comparison }: KeptComparison): string[] {
  const { fault, faultTitle, lanes, verdict } = comparison;
  const notes = lanes.flatMap(({ lane, note }) => (note === null ? [] : [`${lane}: ${note}`]));
  const costs = costTable(comparison);
  return [
    `## ${fault}`,
    `${sentence(faultTitle)} ${conditions(comparison)}`,
    `Repeat it: \`${comparison.command}\`. Raw: [${file}](${file}).`,
    ...numberTables(comparison).flatMap((table) => [`**${table.title}**`, inMarkdown(table)]),
    ...(costs === null ? [] : [`**${costs.title}**`, inMarkdown(costs), costsNote]),
    ...(notes.length === 0 ? [] : ['**What is different, and why**', bullets(notes)]),
    '**The verdict, from these numbers**',
    bullets(verdict),
    ...(costs === null ? [] : [`**${claimTable(lanes).title}**`, inMarkdown(claimTable(lanes))]),
  ];
}

function conditions(comparison: Comparison): string {
  const { orders, itemMs, repeat, profile, settings, machine, versions, commit, measuredAt } = comparison;
  const ran = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const server = settings === null ? 'a server of one’s own' : `the dev server with ${settings} settings`;
  return [
    `${orders} orders, ${itemMs} ms of work each, n = ${repeat}, profile ${profile}, ${server}.`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.platform}; ${ran.join(', ')};`,
    `${commit === null ? '' : `commit ${commit}, `}${measuredAt.slice(0, 10)}.`,
  ].join(' ');
}

function guaranteesInMarkdown(): string {
  return inMarkdown({
    title: '',
    columns: ['lane', 'durable', 'met again, at the most', 'what breaks it', 'held by'],
    rows: guarantees.map(({ lane, durable, bound, breaks, heldBy }) => [
      ...[lane, durable, bound, breaks],
      heldBy.map(({ title, file }) => `[${title}](../${file})`).join('<br>'),
    ]),
  });
}

function inMarkdown({ columns, rows }: Pick<WordTable, 'columns' | 'rows' | 'title'>): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}

/** `leftoff rejects`: the rows that an import rejected, each with its line and why; needs only the database. */
import { Command } from 'commander';
import { type FoundImport, findImport } from '../orders/find-import.js';
import { type Rejects, readRejects } from '../orders/read-rejects.js';
import { runWord } from './find-run.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { counted } from './run-summary.js';
import { withOrders } from './session.js';
import { wrapBehind } from './ui/wrap-text.js';
import { wholeNumber } from './whole-number.js';

interface RejectsFlags extends OutputOptions {
  readonly limit: number;
}

/** Fits a screen. */
const shownByDefault = 10;

export function rejectsCommand(): Command {
  return withOutput(new Command('rejects'))
    .description(
      'Lists the rows that an import rejected: the line, the reason, and how the row begins. Needs no worker.',
    )
    .argument('[run]', 'run id or a unique prefix; default: the newest import', runWord)
    .option(
      '--limit <n>',
      'this many of them, the first in the file',
      wholeNumber(1, 1_000_000),
      shownByDefault,
    )
    .addHelpText('after', '\nExample:\n  leftoff rejects import-step-1 --limit 100')
    .action((word: string | undefined, options: RejectsFlags) =>
      withOrders(async (pool) => {
        const found = await findImport(pool, word);
        const rejects = await readRejects(pool, { importId: found.importId, limit: options.limit });
        const { runId: workflowId, file } = found;
        openOutput(options).result(describeRejects(found, rejects), { workflowId, file, ...rejects });
      }),
    );
}

export function describeRejects(
  { runId, file }: Pick<FoundImport, 'runId' | 'file'>,
  { imported, rejected, rejects }: Rejects,
): string {
  const head = [
    `${runId}  ${file}`,
    `  ${counted(imported, 'order')} imported, ${counted(rejected, 'row')} rejected`,
  ];
  if (rejects.length === 0) return head.join('\n');
  const width = String(rejects.at(-1)?.line).length;
  const entries = rejects.flatMap(({ line, reason, row }) => {
    const behind = `  line ${String(line).padStart(width)}  `;
    return [wrapBehind(behind, reason), `${' '.repeat(behind.length)}${row}`];
  });
  const hidden = rejected - rejects.length;
  const more = hidden > 0 ? [`  … ${counted(hidden, 'more row')} (--limit shows them)`] : [];
  return [...head, '', ...entries, ...more].join('\n');
}

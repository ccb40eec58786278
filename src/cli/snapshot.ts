/** `leftoff snapshot`: the order counts in one line. */
import { Command } from 'commander';
import { readSnapshot } from '../orders/read-snapshot.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { withStack } from './session.js';

export function snapshotCommand(): Command {
  return withOutput(new Command('snapshot'))
    .description('Prints the order counts in one line.')
    .addHelpText(
      'after',
      '\nExample:\n  leftoff snapshot\n  Total: 100 | Pending: 61 | Processed: 19 | Failed: 20',
    )
    .action(async (options: OutputOptions) => {
      const counts = await withStack(async ({ orders }) => readSnapshot(await orders()));
      const { total, pending, processed, failed } = counts;
      openOutput(options).result(
        `Total: ${total} | Pending: ${pending} | Processed: ${processed} | Failed: ${failed}`,
        counts,
      );
    });
}

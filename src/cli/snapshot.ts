/** `leftoff snapshot`: the order counts in one line. */
import { Command } from 'commander';
import { readSnapshot, type Snapshot } from '../orders/read-snapshot.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { withOrders } from './session.js';

export function snapshotCommand(): Command {
  return withOutput(new Command('snapshot'))
    .description('Prints the order counts in one line.')
    .addHelpText(
      'after',
      '\nExample:\n  leftoff snapshot\n  Total: 100 | Pending: 61 | Processed: 19 | Failed: 20',
    )
    .action(async (options: OutputOptions) => {
      const counts = await withOrders(readSnapshot);
      openOutput(options).result(describeSnapshot(counts), counts);
    });
}

/** The one line, for every command that ends with it. */
export function describeSnapshot({ total, pending, processed, failed }: Snapshot): string {
  return `Total: ${total} | Pending: ${pending} | Processed: ${processed} | Failed: ${failed}`;
}

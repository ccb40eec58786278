/** `leftoff mend`: corrects an order that failed, as a person would before `retry`. */
import { Command } from 'commander';
import { mendOrder } from '../orders/mend-order.js';
import { UserError } from '../user-error.js';
import { dollars } from '../worker/told-work.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { withOrders } from './session.js';
import { wholeNumber } from './whole-number.js';

interface MendFlags extends OutputOptions {
  readonly totalCents: number;
}

export function mendCommand(): Command {
  return withOutput(new Command('mend'))
    .description(
      'Corrects the total of an order that was not charged yet: then leftoff retry goes on with it.',
    )
    .argument('<order>', 'the order id', wholeNumber(1, 2_147_483_647))
    .requiredOption('--total-cents <n>', 'its right total', wholeNumber(0, 2_147_483_647))
    .addHelpText('after', '\nExample:\n  leftoff mend 42 --total-cents 1499')
    .action((orderId: number, options: MendFlags) =>
      withOrders(async (pool) => {
        const { totalCents } = options;
        const mended = await mendOrder(pool, { orderId, totalCents });
        switch (mended.kind) {
          case 'unknown order':
            throw new UserError(`There is no order ${orderId}.`, 'npx leftoff snapshot');
          case 'charged already':
            throw new UserError(
              `Order ${orderId} was charged already, and the ledger is append-only.`,
              'Choose one that is pending or failed.',
            );
          case 'mended':
            openOutput(options).result(
              `order ${orderId} (${mended.status}): ${dollars(mended.before)} is now ${dollars(totalCents)}`,
              { orderId, status: mended.status, before: mended.before, totalCents },
            );
        }
      }),
    );
}

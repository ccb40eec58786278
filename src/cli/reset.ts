/** `leftoff reset`: everything as it was seeded, with no run under way. */
import { Command } from 'commander';
import { readSnapshot } from '../orders/read-snapshot.js';
import { resetOrders } from '../orders/reset-orders.js';
import { disarmAllFaults } from '../worker/fault-points.js';
import { endOpenRuns, listOpenRuns } from './end-open-runs.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { counted } from './run-summary.js';
import { withStack } from './session.js';
import { describeSnapshot } from './snapshot.js';

export function resetCommand(): Command {
  return withOutput(new Command('reset'))
    .description(
      'Ends open runs, sets the orders back to pending that runs have touched, deletes their charges. Workers stay.',
    )
    .addHelpText('after', '\nExample:\n  leftoff reset')
    .action((options: OutputOptions) =>
      withStack(async ({ orders, temporal, home }) => {
        const output = openOutput(options);
        const [pool, client] = await Promise.all([orders(), temporal()]);
        const runs = await listOpenRuns(client);
        await disarmAllFaults(home);
        await endOpenRuns({ client, pool, home, runs, how: { kind: 'terminate', reason: 'leftoff reset' } });
        const reset = await resetOrders(pool);
        const counts = await readSnapshot(pool);
        const ended = runs.map(({ workflowId }) => workflowId);
        if (ended.length > 0) output.progress(`ended ${ended.join(', ')}`);
        output.progress(
          reset.orders === 0 ? 'no run had touched an order' : `${counted(reset.orders, 'order')} set back`,
        );
        output.result(describeSnapshot(counts), { ended, reset: reset.orders, ...counts });
        if (counts.total === 0) output.progress('there are no orders: npx leftoff seed --quick');
      }),
    );
}

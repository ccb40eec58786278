/** `leftoff clean`: ends all runs and wipes all data, after asking. */
import { Command } from 'commander';
import { readSnapshot, type Snapshot } from '../orders/read-snapshot.js';
import { wipeData } from '../orders/wipe-data.js';
import { UserError } from '../user-error.js';
import { disarmAllFaults } from '../worker/fault-points.js';
import { deleteRuns, listRuns } from './delete-runs.js';
import { endOpenRuns, listOpenRuns } from './end-open-runs.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { counted } from './run-summary.js';
import { deleteSchedules } from './schedule/delete-schedules.js';
import { type Session, withStack } from './session.js';
import { confirm } from './ui/confirm.js';

export function cleanCommand(): Command {
  return withOutput(new Command('clean'))
    .description(
      'Ends all runs and deletes them with their histories, deletes all orders and charges. Servers and workers stay.',
    )
    .option('--yes', "don't ask")
    .addHelpText('after', '\nExample:\n  leftoff clean --yes')
    .action((options: OutputOptions & { yes?: boolean }) => {
      const asks = options.yes !== true;
      if (asks && !(process.stdin.isTTY && process.stderr.isTTY)) {
        throw new UserError(
          'clean deletes data, and there is no terminal to ask on.',
          'npx leftoff clean --yes',
          'usage',
        );
      }
      return withStack(async (session) => {
        const output = openOutput(options);
        const [pool, client] = await Promise.all([session.orders(), session.temporal()]);
        const [before, runs, open] = await Promise.all([
          readSnapshot(pool),
          listRuns(client),
          listOpenRuns(client),
        ]);
        const ids = new Set(runs.map(({ workflowId }) => workflowId));
        if (asks && !(await confirm(describeLoss(session, before, ids.size, open.length)))) {
          output.progress('Nothing was changed.');
          process.exitCode = 1;
          return;
        }
        await disarmAllFaults(session.home);
        // Before the runs: a schedule would start new ones.
        const schedules = await deleteSchedules(client);
        if (schedules.length > 0) output.progress(`deleted, as it would start runs: ${schedules.join(', ')}`);
        await endOpenRuns({ client, pool, home: session.home, runs: open, how: { kind: 'delete' } });
        await wipeData(pool);
        const still = await deleteRuns(client, runs, (count) =>
          output.progress(
            `the server lists ${counted(count, 'run')} for half a minute more: waiting, Ctrl+C is safe`,
          ),
        );
        if (still > 0)
          output.progress(`the server still lists ${counted(still, 'run')}; it takes them off later`);
        output.result(`Deleted ${counted(before.total, 'order')} and ${counted(ids.size, 'run')}.`, {
          orders: before.total,
          runs: [...ids],
          ended: open.map(({ workflowId }) => workflowId),
          schedules,
        });
      });
    });
}

function describeLoss({ addresses }: Session, { total }: Snapshot, runs: number, open: number): string {
  const { host, pathname } = new URL(addresses.postgres.url);
  const { address, namespace } = addresses.temporal;
  return [
    'This deletes for good:',
    `  ${counted(total, 'order')} with their charges, in PostgreSQL at ${host}${pathname}`,
    `  ${counted(runs, 'run')}${open === 0 ? '' : ` (${open} still open)`} with their histories,\n    in Temporal at ${address}, namespace ${namespace}`,
    'Go on?',
  ].join('\n');
}

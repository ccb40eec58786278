/** `leftoff seed`: loads real orders, in place of those that are there. */
import { Command, Option } from 'commander';
import { readSnapshot } from '../orders/read-snapshot.js';
import { type Seed, seedOrders } from '../orders/seed-orders.js';
import { UserError } from '../user-error.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { type Session, withStack } from './session.js';
import { describeSnapshot } from './snapshot.js';
import { wholeNumber } from './whole-number.js';

interface SeedFlags extends OutputOptions {
  readonly quick?: boolean;
  readonly total?: number;
  readonly file?: string;
  readonly force?: boolean;
}

export function seedCommand(): Command {
  return withOutput(new Command('seed'))
    .description(
      'Loads real orders (the public CDNOW sample) in place of those that are there, and empties the ledger of charges.',
    )
    .addOption(
      new Option(
        '--quick',
        '100 orders for the stage: 61 pending, 19 processed, 20 failed (the default)',
      ).conflicts('total'),
    )
    .option(
      '--total <n>',
      'this many, all pending; beyond the file it repeats with new ids',
      wholeNumber(1, 100_000_000),
    )
    .option('--file <path>', 'a CSV file of your own; without --quick or --total each of its orders once')
    .option('--force', 'end open runs first')
    .addHelpText('after', '\nExample:\n  leftoff seed --quick\n  leftoff seed --total 1000000')
    .action((options: SeedFlags) =>
      withStack(async (session) => {
        const output = openOutput(options);
        const orders = await session.orders();
        await makeWay(session, options.force ?? false, (message) => output.progress(message));
        const { total } = options;
        if (total !== undefined && total >= 100_000)
          output.progress(`loading ${total.toLocaleString('en-US')} orders`);
        await seedOrders(orders, seedFor(options), options.file);
        const counts = await readSnapshot(orders);
        output.result(describeSnapshot(counts), counts);
      }),
    );
}

function seedFor({ quick, total, file }: SeedFlags): Seed {
  if (total !== undefined) return { kind: 'total', total };
  return quick || file === undefined ? { kind: 'quick' } : { kind: 'file' };
}

/** Orders are not replaced under a run: its cursor would point into others. @throws UserError while runs are open */
async function makeWay(
  { temporal, orders, home }: Session,
  force: boolean,
  onProgress: (message: string) => void,
): Promise<void> {
  const { endOpenRuns, listOpenRuns } = await import('./end-open-runs.js');
  const client = await temporal();
  const runs = await listOpenRuns(client);
  if (runs.length === 0) return;
  const names = runs.map(({ workflowId }) => workflowId).join(', ');
  if (!force) {
    throw new UserError(
      `${names} ${runs.length === 1 ? 'is' : 'are'} still open, and would go on in other orders.`,
      'npx leftoff seed --force ends open runs first; npx leftoff runs lists them.',
    );
  }
  await endOpenRuns({
    client,
    pool: await orders(),
    home,
    runs,
    how: { kind: 'terminate', reason: 'leftoff seed --force' },
  });
  onProgress(`ended ${names}`);
}

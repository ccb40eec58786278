/** `leftoff compare`: the same job under the same fault, in both patterns and with each store, side by side. */
import { Command, Option } from 'commander';
import { itemsOrAuto } from './cadence-flags.js';
import { type CompareFlags, defaults } from './compare/read-plan.js';
import { interruptible } from './interruptible.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { wholeNumber } from './whole-number.js';

export interface CompareOptions extends OutputOptions, CompareFlags {
  readonly guarantees?: boolean;
  readonly from?: readonly string[];
  readonly write?: string;
  readonly report?: string;
  readonly keep?: boolean;
  readonly yes?: boolean;
}

export function compareCommand(): Command {
  return withOutput(new Command('compare'))
    .description(
      'Runs the same job under the same fault in every lane, one after another, shows them side by side, and ends with the facts, the verdict and what is guaranteed.',
    )
    .option('--fault <name>', 'what falls; help lists all', 'sigkill')
    .option('--at <order>', `where it falls (default: ${defaults.at})`, wholeNumber(1))
    .option('--seed <n>', 'without --at: where it falls, drawn by this number', wholeNumber(0))
    .option('--lanes <a,b>', 'default: all of them')
    .option('--profile <name>', 'demo or production; default: demo on the local stack')
    .addOption(
      new Option('--settings <which>', 'how the local dev server is set; default: tuned').choices([
        'tuned',
        'default',
      ]),
    )
    .option('--quick', 'all of it in under 90 s, with fewer orders where time is short')
    .option('--orders <n>', `orders under the fault (default: ${defaults.orders})`, wholeNumber(3, 10_000))
    .option(
      '--item-ms <ms>',
      `pretended work per order under the fault (default: ${defaults.itemMs}; quick: ${defaults.quickItemMs})`,
      wholeNumber(0, 60_000),
    )
    .option(
      '--checkpoint-every <n|auto>',
      'orders that one checkpoint covers; auto: by time',
      itemsOrAuto,
      10,
    )
    .option(
      '--repeat <n>',
      `how often each lane is played and priced (default: ${defaults.repeat})`,
      wholeNumber(1, 100),
    )
    .option(
      '--price-orders <n>',
      `orders at full speed, for what a lane costs; 0: not measured (default: ${defaults.priceOrders}; quick: ${defaults.quickPriceOrders})`,
      wholeNumber(0, 1_000_000),
    )
    .addOption(
      new Option('--payments <how>', 'charge each order at a payment gateway too, which it starts')
        .choices(['none', 'with-key', 'without-key'])
        .default('none'),
    )
    .option('--report <file>', 'write it as a page with pictures')
    .addOption(
      new Option(
        '--guarantees',
        'only tell what each lane guarantees, with the tests that hold it',
      ).conflicts(['report', 'from', 'write']),
    )
    .option('--from <files...>', 'play nothing: read comparisons that --json printed')
    .option('--write <file>', 'with --from: write them as a Markdown page')
    .option('--keep', 'leave the stack up at the end')
    .option('--yes', 'replace orders and end runs also on servers that your environment names')
    .addHelpText(
      'after',
      '\nExample:\n  leftoff compare --quick\n  leftoff compare --fault zombie --lanes step,enumerator/postgres --report comparison.html',
    )
    .action((options: CompareOptions) =>
      interruptible(async (signal) => {
        const { compare } = await import('./compare/compare.js');
        await compare(options, openOutput(options), signal);
      }),
    );
}

/** `leftoff bench`: measures throughput, checkpoints, recovery and history on servers of its own, and writes docs/benchmarks.md. */
import { Argument, Command, Option } from 'commander';
import { UserError } from '../user-error.js';
import type { Choice } from './bench/measure-lanes.js';
import { type TableName, tableNameSchema } from './bench/measurement.js';
import { wantedTables } from './bench/wanted-tables.js';
import { interruptible } from './interruptible.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { wholeNumber } from './whole-number.js';

interface BenchFlags extends OutputOptions {
  readonly repeat?: number;
  readonly quick?: boolean;
  readonly peers?: boolean;
  readonly settings: 'tuned' | 'default' | 'both';
  readonly profile?: 'demo' | 'production' | 'both';
  readonly orders?: number;
  readonly batchSize: number;
  readonly lanes?: string;
  readonly write?: string;
  readonly render?: boolean;
}

const usualRepeat = 5;
const quickRepeat = 1;

export function benchCommand(): Command {
  return withOutput(new Command('bench'))
    .description('Measures on servers of its own, in a temporary folder; nothing of yours is touched.')
    .addArgument(
      new Argument('[table...]', 'which tables (default: all but the peers)').choices(
        tableNameSchema.options,
      ),
    )
    .option(
      '--repeat <n>',
      `rounds that count, after one that warms up (default: ${usualRepeat}; quick: ${quickRepeat})`,
      wholeNumber(1, 100),
    )
    .option('--quick', 'few orders: to see that it works, not to be quoted')
    .option('--peers', 'the same work on other engines as well: BullMQ and DBOS')
    .addOption(
      new Option('--settings <settings>', "the dev server's settings")
        .choices(['tuned', 'default', 'both'])
        .default('both'),
    )
    .addOption(
      new Option('--profile <profile>', 'default: demo; recovery, peers-recovery: both').choices([
        'demo',
        'production',
        'both',
      ]),
    )
    .option('--orders <n>', 'of all tables but those of recovery', wholeNumber(10, 10_000_000))
    .option('--batch-size <n>', 'orders a transaction, of throughput', wholeNumber(1, 100_000), 1)
    .option('--lanes <list>', 'of throughput: step:500,enumerator/redis:100,…')
    .option('--write <page.md>', 'write the page, and the raw samples beside it')
    .option('--render', 'with --write: the page anew from its raw samples, measuring nothing')
    .addHelpText(
      'after',
      '\nExample:\n  leftoff bench throughput --quick\n  leftoff bench peers peers-recovery --quick\n  leftoff bench --write docs/benchmarks.md',
    )
    .action((names: TableName[], flags: BenchFlags) => {
      const output = openOutput(flags);
      if (flags.write !== undefined && !flags.write.endsWith('.md'))
        throw new UserError(
          `'${flags.write}' is no page: its name ends in .md.`,
          'npx leftoff bench --write docs/benchmarks.md',
          'usage',
        );
      if (flags.render && flags.write === undefined)
        throw new UserError(
          'Which page is to be rendered?',
          'npx leftoff bench --render --write docs/benchmarks.md',
          'usage',
        );
      refuseWithoutTable(names, flags);
      return interruptible(async (signal) => {
        const { parseLane } = await import('./bench/throughput-lanes.js');
        const lanes = flags.lanes?.split(',').map(parseLane);
        const { prepareBenchmarks, writeBenchmarks } = await import('./bench/benchmark-files.js');
        if (flags.write !== undefined) await prepareBenchmarks(flags.write);
        if (flags.render && flags.write !== undefined) {
          await writeBenchmarks(flags.write, []);
          output.result(`${flags.write} is what its raw samples come to.`, { measurements: [] });
          return;
        }
        const { measureTables } = await import('./bench/measure-tables.js');
        const measurements = await measureTables({
          tables: wantedTables(names, flags),
          settings: flags.settings === 'both' ? ['tuned', 'default'] : [flags.settings],
          choiceFor: (table) => choose(table, flags, lanes ?? null, output.progress),
          command: `npx leftoff bench ${describeFlags(names, flags)}`.trimEnd(),
          signal,
          onProgress: output.progress,
        });
        if (flags.write !== undefined) await writeBenchmarks(flags.write, measurements);
        const { renderText } = await import('./bench/render-text.js');
        output.result(measurements.map(renderText).join('\n\n'), { measurements });
      });
    });
}

/** @throws UserError (usage) for a flag that would change nothing of the tables that were asked for */
function refuseWithoutTable(names: readonly TableName[], { lanes, batchSize, orders }: BenchFlags): void {
  const refuse = (flag: string, tables: string): never => {
    throw new UserError(
      `${flag} would change nothing here: it is of ${tables}.`,
      `Leave out ${flag}, or name such a table as well.`,
      'usage',
    );
  };
  if (names.length === 0) return;
  const isThroughputAway = !names.includes('throughput');
  if (lanes !== undefined && isThroughputAway) refuse('--lanes', 'throughput');
  if (batchSize !== 1 && isThroughputAway) refuse('--batch-size', 'throughput');
  if (orders !== undefined && names.every((name) => name === 'recovery' || name === 'peers-recovery'))
    refuse('--orders', 'every table but those of recovery');
}

function choose(
  table: TableName,
  { repeat, quick = false, profile, orders, batchSize }: BenchFlags,
  lanes: Choice['lanes'],
  tell: Choice['tell'],
): Choice {
  const recovers = table === 'recovery' || table === 'peers-recovery';
  const usualProfile = recovers && !quick ? 'both' : 'demo';
  const chosen = profile ?? usualProfile;
  return {
    ...{ quick, batchSize, lanes, tell },
    repeat: repeat ?? (quick ? quickRepeat : usualRepeat),
    profiles: chosen === 'both' ? ['demo', 'production'] : [chosen],
    orders: orders ?? null,
  };
}

/** What was typed, but for where the result goes: the command repeats the measurement. */
function describeFlags(names: readonly string[], flags: BenchFlags): string {
  const { repeat, quick, peers, settings, profile, orders, batchSize, lanes } = flags;
  return [
    ...names,
    ...(peers ? ['--peers'] : []),
    ...(quick ? ['--quick'] : []),
    ...(repeat === undefined ? [] : [`--repeat ${repeat}`]),
    ...(settings === 'both' ? [] : [`--settings ${settings}`]),
    ...(profile === undefined ? [] : [`--profile ${profile}`]),
    ...(orders === undefined ? [] : [`--orders ${orders}`]),
    ...(batchSize === 1 ? [] : [`--batch-size ${batchSize}`]),
    ...(lanes === undefined ? [] : [`--lanes ${lanes}`]),
  ].join(' ');
}

/** `leftoff demo`: the whole story from nothing, narrated from what the database and the server say. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../user-error.js';
import { Narrator } from './demo/narrator.js';
import type { NestedResult } from './demo/nested.js';
import type { DemoResult } from './demo/result.js';
import type { Stage } from './demo/stage.js';
import type { PlannedFault } from './demo/strike.js';
import { interruptible } from './interruptible.js';
import type { Pattern } from './jobs.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { stagePaceMs } from './stage-pace.js';
import { wholeNumber } from './whole-number.js';

interface DemoFlags extends OutputOptions {
  readonly pattern: Pattern;
  readonly signal?: PlannedFault['signal'];
  readonly killAt?: StrikePlace;
  readonly itemMs?: number;
  readonly auto?: boolean;
  readonly keep?: boolean;
  readonly yes?: boolean;
}

/** `23`, or `customer:42`. */
interface StrikePlace {
  readonly of: 'order' | 'customer';
  readonly at: number;
}

/** Pending orders of the quick seed. */
const lastOrder = 61;
const defaultOrder = 23;
/** Customers of the nested story's seed. */
const lastCustomer = 50;
const defaultCustomer = 42;
/** Its work for each month: about a hundred of them make a story of a quarter of a minute. */
const monthPaceMs = 150;
/** The second fault comes this much later: far enough to see the first one survived. */
const secondFaultAfter = 22;

export function demoCommand(): Command {
  return withOutput(new Command('demo'))
    .description(
      'Brings the stack up, starts a run, kills its worker, reads the checkpoint, sees a new worker go on, and proves it.',
    )
    .addArgument(
      new Argument(
        '[story]',
        'happy-path; problem: the same job without checkpoints; nested: killed between two months of a customer; compare: compare --quick',
      ).choices(['happy-path', 'problem', 'nested', 'compare']),
    )
    .addOption(
      new Option('--pattern <pattern>', 'how progress is kept')
        .choices(['step', 'enumerator'])
        .default('step'),
    )
    .addOption(
      new Option('--signal <signal>', 'default: first SIGTERM, later SIGKILL; nested: SIGKILL').choices([
        'SIGTERM',
        'SIGKILL',
      ]),
    )
    .option(
      '--kill-at <place>',
      `where the worker is struck: an order (default: ${defaultOrder}); nested: a customer (default: customer:${defaultCustomer})`,
      strikePlace,
    )
    .option(
      '--item-ms <ms>',
      `pretended work per order (default: ${stagePaceMs}); nested: per month (default: ${monthPaceMs})`,
      wholeNumber(0, 60_000),
    )
    .option('--auto', 'never wait for Enter')
    .option('--keep', 'leave the stack up at the end')
    .option('--yes', 'replace orders and end runs also on servers that your environment names')
    .addHelpText('after', '\nExample:\n  leftoff demo --pattern enumerator --signal SIGKILL --auto')
    .action((story: string | undefined, options: DemoFlags, command: Command) => {
      if (story === 'compare') return playComparison(options);
      if (story === 'problem' && command.getOptionValueSource('pattern') === 'cli')
        throw new UserError(
          'The problem is a job without checkpoints: it has no pattern.',
          'npx leftoff demo problem',
          'usage',
        );
      if (story === 'nested' && (options.killAt?.at ?? 0) > lastCustomer)
        throw new UserError(
          `The nested story has customers 1 to ${lastCustomer}.`,
          `npx leftoff demo nested --kill-at customer:${defaultCustomer}`,
          'usage',
        );
      if (story !== 'nested' && options.killAt?.of === 'customer')
        throw new UserError(
          'Only the nested story goes through customers.',
          `npx leftoff demo nested --kill-at customer:${options.killAt.at}`,
          'usage',
        );
      return interruptible(async (signal) => {
        const output = openOutput(options);
        const silent = output.json || output.quiet;
        const attended = process.stdin.isTTY === true && process.stdout.isTTY === true;
        const waitForEnter = attended && !options.auto && !silent;
        const narrator = new Narrator({ silent, waitForEnter, signal });
        const { onStage } = await import('./demo/stage.js');
        const { keep = false, yes: mayReplace = false } = options;
        const seed = story === 'nested' ? 'customers' : 'quick';
        const result = await onStage({ narrator, signal, keep, mayReplace, seed }, (stage) =>
          play(story, stage, options),
        );
        output.result(verdict(result, output.quiet), result);
        if (!result.ok) process.exitCode = 1;
      });
    });
}

/** Takes what both have: what else is to be compared, `compare` is asked for. */
async function playComparison({ json, quiet, killAt, itemMs, keep, yes }: DemoFlags): Promise<void> {
  const { compareCommand } = await import('./compare.js');
  const flags = [
    ...(json ? ['--json'] : []),
    ...(quiet ? ['--quiet'] : []),
    ...(keep ? ['--keep'] : []),
    ...(yes ? ['--yes'] : []),
    ...(killAt === undefined ? [] : ['--at', String(killAt.at)]),
    ...(itemMs === undefined ? [] : ['--item-ms', String(itemMs)]),
  ];
  await compareCommand()
    .exitOverride()
    .parseAsync(['--quick', ...flags], { from: 'user' });
}

async function play(
  story: string | undefined,
  stage: Stage,
  options: DemoFlags,
): Promise<DemoResult | NestedResult> {
  const { pattern, signal = 'SIGKILL', killAt } = options;
  if (story === 'nested') {
    const { playNested } = await import('./demo/nested.js');
    const { itemMs = monthPaceMs } = options;
    return playNested(stage, { pattern, signal, customer: killAt?.at ?? defaultCustomer, itemMs });
  }
  const { itemMs = stagePaceMs } = options;
  if (story === 'problem') {
    const { playProblem } = await import('./demo/problem.js');
    return playProblem(stage, { signal, at: killAt?.at ?? defaultOrder }, itemMs);
  }
  const { playHappyPath } = await import('./demo/happy-path.js');
  return playHappyPath(stage, { pattern, faults: planFaults(options), itemMs });
}

/** One fault where a signal is named; else the gentle one first, then the hard one. */
function planFaults({ signal, killAt }: DemoFlags): PlannedFault[] {
  const at = killAt?.at ?? defaultOrder;
  if (signal !== undefined) return [{ signal, at }];
  const second = at + secondFaultAfter;
  const gentle: PlannedFault = { signal: 'SIGTERM', at };
  return second > lastOrder ? [gentle] : [gentle, { signal: 'SIGKILL', at: second }];
}

function strikePlace(text: string): StrikePlace {
  const [word = '', number] = text.split(':');
  if (number === undefined) return { of: 'order', at: wholeNumber(1, lastOrder)(word) };
  if (word !== 'customer') throw new InvalidArgumentError('Expected an order such as 23, or customer:42.');
  return { of: 'customer', at: wholeNumber(1, lastCustomer)(number) };
}

function verdict(result: DemoResult | NestedResult, quiet: boolean): string {
  if (!quiet) return '';
  const { failed, lost, revisited } = result;
  return 'wrong' in result
    ? `reported ${result.reported}, failed ${failed}, lost ${lost}, wrong ${result.wrong}, revisited ${revisited}`
    : `processed ${result.processed}, failed ${failed}, lost ${lost}, doubled ${result.doubled}, revisited ${revisited}`;
}

/** `leftoff demo`: the whole story from nothing, narrated from what the database and the server say. */
import { Argument, Command, Option } from 'commander';
import { UserError } from '../user-error.js';
import type { PlannedFault } from './demo/fault.js';
import { Narrator } from './demo/narrator.js';
import type { DemoResult } from './demo/result.js';
import type { Stage } from './demo/stage.js';
import { interruptible } from './interruptible.js';
import type { Pattern } from './jobs.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { stagePaceMs } from './stage-pace.js';
import { wholeNumber } from './whole-number.js';

interface DemoFlags extends OutputOptions {
  readonly pattern: Pattern;
  readonly signal?: PlannedFault['signal'];
  readonly killAt: number;
  readonly itemMs: number;
  readonly auto?: boolean;
  readonly keep?: boolean;
  readonly yes?: boolean;
}

/** Pending orders of the quick seed. */
const lastOrder = 61;
/** The second fault comes this much later: far enough to see the first one survived. */
const secondFaultAfter = 22;

export function demoCommand(): Command {
  return withOutput(new Command('demo'))
    .description(
      'Brings the stack up, starts a run, kills its worker, reads the checkpoint, sees a new worker go on, and proves it.',
    )
    .addArgument(
      new Argument('[story]', 'happy-path, or problem: the same job without checkpoints').choices([
        'happy-path',
        'problem',
      ]),
    )
    .addOption(
      new Option('--pattern <pattern>', 'how progress is kept')
        .choices(['step', 'enumerator'])
        .default('step'),
    )
    .addOption(
      new Option('--signal <signal>', 'default: first SIGTERM, later SIGKILL').choices([
        'SIGTERM',
        'SIGKILL',
      ]),
    )
    .option('--kill-at <order>', 'the order at which the worker is struck', wholeNumber(1, lastOrder), 23)
    .option('--item-ms <ms>', 'pretended work per order', wholeNumber(0, 60_000), stagePaceMs)
    .option('--auto', 'never wait for Enter')
    .option('--keep', 'leave the stack up at the end')
    .option('--yes', 'replace orders and end runs also on servers that your environment names')
    .addHelpText('after', '\nExample:\n  leftoff demo --pattern enumerator --signal SIGKILL --auto')
    .action((story: string | undefined, options: DemoFlags, command: Command) => {
      if (story === 'problem' && command.getOptionValueSource('pattern') === 'cli')
        throw new UserError(
          'The problem is a job without checkpoints: it has no pattern.',
          'npx leftoff demo problem',
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
        const result = await onStage({ narrator, signal, keep, mayReplace }, (stage) =>
          play(story, stage, options),
        );
        output.result(verdict(result, output.quiet), result);
        if (!result.ok) process.exitCode = 1;
      });
    });
}

async function play(story: string | undefined, stage: Stage, options: DemoFlags): Promise<DemoResult> {
  if (story === 'problem') {
    const { playProblem } = await import('./demo/problem.js');
    return playProblem(stage, { signal: options.signal ?? 'SIGKILL', at: options.killAt }, options.itemMs);
  }
  const { playHappyPath } = await import('./demo/happy-path.js');
  return playHappyPath(stage, {
    pattern: options.pattern,
    faults: planFaults(options),
    itemMs: options.itemMs,
  });
}

/** One fault where a signal is named; else the gentle one first, then the hard one. */
function planFaults({ signal, killAt }: DemoFlags): PlannedFault[] {
  if (signal !== undefined) return [{ signal, at: killAt }];
  const second = killAt + secondFaultAfter;
  const gentle: PlannedFault = { signal: 'SIGTERM', at: killAt };
  return second > lastOrder ? [gentle] : [gentle, { signal: 'SIGKILL', at: second }];
}

function verdict(result: DemoResult, quiet: boolean): string {
  if (!quiet) return '';
  return `processed ${result.processed}, failed ${result.failed}, lost ${result.lost}, doubled ${result.doubled}, revisited ${result.revisited}`;
}

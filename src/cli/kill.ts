/** `leftoff kill`: stops workers hard, all at once or at an exact order. Only processes proven to be this project's workers. */
import { Command, Option } from 'commander';
import { readHome } from '../stack/environment.js';
import { UserError } from '../user-error.js';
import { type FaultSignal, faultSignals } from '../worker/describe-strike.js';
import { type KilledWorker, killAt, killWorkers, requireFaultSeam } from '../worker/kill-workers.js';
import { interruptible } from './interruptible.js';
import { type Output, type OutputOptions, openOutput, withOutput } from './output.js';
import { wholeNumber } from './whole-number.js';

interface KillFlags extends OutputOptions {
  readonly signal: FaultSignal;
  readonly at?: number;
  readonly pid?: number;
  readonly timeout: number;
  readonly charged?: boolean;
}

export function killCommand(): Command {
  return withOutput(new Command('kill'))
    .description(
      "Stops this checkout's workers with a signal; with --at it waits for an order and strikes exactly there.",
    )
    .addOption(new Option('--signal <signal>', 'the signal').choices([...faultSignals]).default('SIGKILL'))
    .option(
      '--at <order>',
      'SIGTERM and SIGSTOP fall while this order is in hand, SIGKILL right after its commit; in generate-reports a customer',
      wholeNumber(0),
    )
    .option(
      '--charged',
      'with --at: fall between the call of the payment gateway that charges this order and its commit (run --payments)',
    )
    .option('--pid <pid>', 'only this worker', wholeNumber(1))
    .option('--timeout <seconds>', 'how long --at waits', wholeNumber(1, 86_400), 600)
    .addHelpText('after', '\nExample:\n  leftoff kill --at 23 --signal SIGTERM')
    .action((options: KillFlags) => {
      const home = readHome();
      const output = openOutput(options);
      return interruptible(async (stop) => {
        const limit = new AbortController();
        const timer = setTimeout(() => limit.abort(notReached(options)), options.timeout * 1_000);
        try {
          const killed = await kill(home, options, AbortSignal.any([stop, limit.signal]), output);
          const json = {
            signal: options.signal,
            killed: killed.map(({ pid, identity }) => ({ pid, identity })),
          };
          output.result(killed.map(({ words }) => words).join('\n'), json);
        } finally {
          clearTimeout(timer);
        }
      });
    });
}

async function kill(
  home: string,
  { signal, at, pid, charged }: KillFlags,
  waiting: AbortSignal,
  output: Output,
): Promise<KilledWorker[]> {
  if (at === undefined && charged)
    throw new UserError('--charged is an instant of an order: which one?', 'Add --at <order>.', 'usage');
  if (at === undefined) return killWorkers(home, signal, pid ?? null);
  if (pid !== undefined)
    throw new UserError(
      '--at strikes the worker that gets there, whichever it is.',
      'Leave out --pid.',
      'usage',
    );
  if (signal === 'SIGCONT')
    throw new UserError(
      'SIGCONT wakes a frozen worker: there is no order for it to wait for.',
      'npx leftoff kill --signal SIGCONT',
      'usage',
    );
  await requireFaultSeam(home, null);
  const onWaiting = (): void => output.progress(`waiting for order ${at}; Ctrl+C takes it back`);
  const instant = charged ? ({ instant: 'charged outside' } as const) : {};
  return killAt(home, { signal, position: at, ...instant, waiting, onWaiting });
}

function notReached({ at, timeout }: KillFlags): UserError {
  return new UserError(
    `No worker reached order ${at} within ${timeout} s.`,
    'npx leftoff status tells where the run is.',
  );
}

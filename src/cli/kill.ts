/** `leftoff kill`: stops workers hard, all at once or at an exact order. Only processes proven to be this project's workers. */
import { Command, Option } from 'commander';
import { UserError } from '../user-error.js';
import { readEnvironment } from '../stack/environment.js';
import { killAt, killWorkers, type FaultSignal, faultSignals } from '../worker/kill-workers.js';
import { Interrupted } from './exit.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { wholeNumber } from './whole-number.js';

interface KillFlags extends OutputOptions {
  readonly signal: FaultSignal;
  readonly at?: number;
  readonly pid?: number;
  readonly timeout: number;
}

export function killCommand(): Command {
  return withOutput(new Command('kill'))
    .description("Stops this checkout's workers with a signal; with --at it waits for an order and strikes exactly there.")
    .addOption(new Option('--signal <signal>', 'the signal').choices([...faultSignals]).default('SIGKILL'))
    .option('--at <order>', 'SIGTERM and SIGSTOP fall while this order is in hand, SIGKILL right after its commit', wholeNumber(0))
    .option('--pid <pid>', 'only this worker', wholeNumber(1))
    .option('--timeout <seconds>', 'how long --at waits', wholeNumber(1, 86_400), 600)
    .addHelpText('after', '\nExample:\n  leftoff kill --at 23 --signal SIGTERM')
    .action(async (options: KillFlags) => {
      const { home } = readEnvironment();
      const output = openOutput(options);
      const waiting = new AbortController();
      const stop = (): void => waiting.abort(new Interrupted());
      process.once('SIGINT', stop);
      const limit = setTimeout(() => waiting.abort(notReached(options)), options.timeout * 1_000);
      try {
        const killed =
          options.at === undefined
            ? await killWorkers(home, options.signal, options.pid ?? null)
            : await killAt(home, {
                signal: options.signal,
                position: options.at,
                pid: options.pid ?? null,
                waiting: waiting.signal,
                onWaiting: (armed) => output.progress(`waiting for order ${armed.position}; Ctrl+C takes it back`),
              });
        const json = { signal: options.signal, killed: killed.map(({ pid, identity }) => ({ pid, identity })) };
        output.result(killed.map(({ words }) => words).join('\n'), json);
      } finally {
        clearTimeout(limit);
        process.removeListener('SIGINT', stop);
      }
    });
}

function notReached({ at, timeout }: KillFlags): UserError {
  return new UserError(`No worker reached order ${at} within ${timeout} s.`, 'npx leftoff status tells where the run is.');
}

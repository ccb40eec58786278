/** `leftoff worker`: a worker in this terminal, or in the background. */
import { Command } from 'commander';
import { UserError } from '../user-error.js';
import { type Output, type OutputOptions, openOutput, withOutput } from './output.js';
import { chooseTiming, readProfile } from './profile.js';
import { withStack } from './session.js';
import { wrapText } from './ui/wrap-text.js';

interface WorkerFlags extends OutputOptions {
  readonly detach?: boolean;
  readonly profile?: string;
  readonly faults: boolean;
}

export function workerCommand(): Command {
  return withOutput(new Command('worker'))
    .description('Runs a worker. Ctrl+C stops it gracefully: the order in hand ends, its cursor is kept.')
    .option('--detach', 'run it in the background and return when it is ready')
    .option('--profile <name>', 'demo or production; default: demo on the local stack')
    .option('--no-faults', 'take no part in `leftoff kill --at` (never does under production)')
    .addHelpText('after', '\nExample:\n  leftoff worker --detach')
    .action((options: WorkerFlags) => {
      const profile = readProfile(options.profile);
      return withStack(async ({ addresses, home }) => {
        const timing = chooseTiming(profile, addresses);
        const faultSeam = options.faults && timing.profile === 'demo';
        const output = openOutput(options);
        if (options.detach) {
          const { spawnWorker } = await import('../worker/spawn-worker.js');
          const worker = await spawnWorker({ home, profile: timing.profile, faultSeam });
          const { identity } = await worker.ready;
          output.result(`worker ${identity} is ready`, { pid: worker.pid, identity });
          return;
        }
        const { loadWorkerProgram } = await import('../worker/load-program.js');
        const writeLine = lineWriter(output);
        const ended = await loadWorkerProgram().runWorker({ addresses, timing, home, faultSeam, writeLine });
        if (ended.kind === 'failed') throw new UserError(ended.message, ended.mend, ended.reason);
        const { identity, visited, lastOrderId, lastReport, lastLine } = ended.stopped;
        output.result('', { pid: process.pid, identity, visited, lastOrderId, lastReport, lastLine });
      });
    });
}

/** Its lines are what a person asked for; with --json they are remarks beside the document, which comes when it stops. */
function lineWriter({ json, quiet }: Output): (line: string) => void {
  if (quiet) return () => undefined;
  const stream = json ? process.stderr : process.stdout;
  const columns = stream.isTTY ? stream.columns : Number.POSITIVE_INFINITY;
  return (line) => void stream.write(`${wrapText(line, columns - 2).join('\n  ')}\n`);
}

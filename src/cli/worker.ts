/** `leftoff worker`: a worker in this terminal, or in the background. */
import { Command } from 'commander';
import { readEnvironment } from '../stack/environment.js';
import { UserError } from '../user-error.js';
import { observation } from '../worker/observation.js';
import { type Output, type OutputOptions, openOutput, withOutput } from './output.js';
import { chooseTiming, readProfile } from './profile.js';
import { withStack } from './session.js';
import { wrapText } from './ui/wrap-text.js';

interface WorkerFlags extends OutputOptions {
  readonly detach?: boolean;
  readonly profile?: string;
  readonly faults: boolean;
  readonly metrics?: string;
  readonly trace?: boolean;
}

export function workerCommand(): Command {
  return withOutput(new Command('worker'))
    .description('Runs a worker. Ctrl+C stops it gracefully: the order in hand ends, its cursor is kept.')
    .option('--detach', 'run it in the background and return when it is ready')
    .option('--profile <name>', 'demo or production; default: demo on the local stack')
    .option('--no-faults', 'take no part in `leftoff kill --at` (never does under production)')
    .option(
      '--metrics <port|host:port>',
      'serve metrics for Prometheus there; default: $LEFTOFF_METRICS, or nowhere',
    )
    .option(
      '--trace',
      'send a span of each Workflow and Activity to $OTEL_EXPORTER_OTLP_ENDPOINT; default: where that is set',
    )
    .addHelpText(
      'after',
      '\nExample:\n  leftoff worker --detach\n  leftoff worker --profile production --metrics 9464',
    )
    .action((options: WorkerFlags) => {
      const profile = readProfile(options.profile);
      const observed = observation(options, readEnvironment());
      return withStack(async ({ addresses, home }) => {
        const timing = chooseTiming(profile, addresses);
        const faultSeam = options.faults && timing.profile === 'demo';
        const output = openOutput(options);
        if (options.detach) {
          const { spawnWorker } = await import('../worker/spawn-worker.js');
          const worker = await spawnWorker({
            home,
            profile: timing.profile,
            faultSeam,
            observation: observed,
          });
          const { identity } = await worker.ready;
          output.result(`worker ${identity} is ready`, { pid: worker.pid, identity });
          return;
        }
        const { loadWorkerProgram } = await import('../worker/load-program.js');
        const writeLine = lineWriter(output);
        const ended = await loadWorkerProgram().runWorker({
          addresses,
          timing,
          home,
          faultSeam,
          writeLine,
          ...observed,
        });
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

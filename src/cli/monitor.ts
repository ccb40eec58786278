/** `leftoff monitor`: the live dashboard for a second terminal. */
import { Command } from 'commander';
import { readEnvironment } from '../stack/environment.js';
import { interruptible } from './interruptible.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { unlessCalledOff } from './unless-called-off.js';

interface MonitorFlags extends OutputOptions {
  readonly once?: boolean;
}

/** What hangs on a server that says nothing must not hold up the end. */
const lingerMs = 300;

export function monitorCommand(): Command {
  return withOutput(new Command('monitor'))
    .description('Shows orders, runs, workers and what happens, live. q or Ctrl+C ends it.')
    .option('--once', 'print one frame as text and end (so does --json, and what is no terminal)')
    .addHelpText('after', '\nExample:\n  leftoff monitor\n  leftoff monitor --once --json')
    .action(async (options: MonitorFlags) => {
      const { home } = readEnvironment();
      const isTerminal = process.stdout.isTTY === true && process.env.TERM !== 'dumb';
      try {
        if (!options.once && !options.json && isTerminal) {
          const { watchLive } = await import('./monitor/watch-live.js');
          await interruptible((signal) => watchLive(home, signal));
          return;
        }
        const output = openOutput(options);
        if (!options.once && !options.json) output.progress('not a terminal: one frame, as with --once');
        const { readFrame } = await import('./monitor/read-frame.js');
        const { text, model } = await interruptible((signal) => unlessCalledOff(readFrame(home), signal));
        output.result(text, model);
      } finally {
        setTimeout(() => process.exit(), lingerMs).unref();
      }
    });
}

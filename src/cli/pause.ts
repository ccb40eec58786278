/** `leftoff pause`: the run ends the item in hand, and stands still until `unpause`. */
import { Command } from 'commander';
import { pauseRun } from '../continuation/operation/index.js';
import { type ControlFlags, controlRun, withControlFlags } from './control-run.js';

export function pauseCommand(): Command {
  return withControlFlags(new Command('pause'))
    .description(
      'Pauses a run: it ends the item in hand, keeps its place, and does nothing until it is unpaused, whatever is restarted meanwhile.',
    )
    .addHelpText('after', '\nExample:\n  leftoff pause orders-step-3')
    .action((word: string | undefined, options: ControlFlags) =>
      controlRun(word, options, {
        ask: pauseRun,
        wanted: ['paused'],
        already: 'paused',
        asked: 'pausing',
        later: 'it pauses as soon as one answers for it',
      }),
    );
}

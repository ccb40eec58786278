/** `leftoff cancel`: ends a run for good, after the item in hand. */
import { Command } from 'commander';
import { cancelRun } from '../continuation/operation/index.js';
import { type ControlFlags, controlRun, withControlFlags } from './control-run.js';

export function cancelCommand(): Command {
  return withControlFlags(new Command('cancel'))
    .description(
      'Cancels a run: it ends the item in hand, and goes no further. What it did stays done. There is no way back.',
    )
    .addHelpText('after', '\nExample:\n  leftoff cancel orders-step-3')
    .action((word: string | undefined, options: ControlFlags) =>
      controlRun(word, options, {
        ask: cancelRun,
        wanted: ['cancelled'],
        already: 'cancelled',
        asked: 'cancelling',
        later: 'it is cancelled as soon as one answers for it',
      }),
    );
}

/** `leftoff unpause`: a paused run goes on strictly after its checkpoint. */
import { Command } from 'commander';
import { unpauseRun } from '../continuation/operation/index.js';
import { type ControlFlags, controlRun, withControlFlags } from './control-run.js';

export function unpauseCommand(): Command {
  return withControlFlags(new Command('unpause'))
    .description('Lets a paused run go on, at the item after its checkpoint.')
    .addHelpText('after', '\nExample:\n  leftoff unpause orders-step-3')
    .action((word: string | undefined, options: ControlFlags) =>
      controlRun(word, options, {
        ask: unpauseRun,
        wanted: ['running', 'completed', 'failed'],
        already: 'running',
        asked: 'unpausing',
        later: 'it goes on as soon as one is there',
      }),
    );
}

/** `leftoff schedule`: runs that Temporal starts by itself, again and again. Alone it lists them. */
import { Command } from 'commander';
import { type OutputOptions, withOutput } from './output.js';
import { createScheduleCommand } from './schedule/create.js';
import { deleteScheduleCommand } from './schedule/delete.js';
import { listSchedules } from './schedule/list.js';
import { triggerScheduleCommand } from './schedule/trigger.js';

export function scheduleCommand(): Command {
  return (
    withOutput(new Command('schedule'))
      .description(
        'Runs that Temporal starts by itself; alone it lists them. One that is still going is never overtaken: its next start is left out.',
      )
      // As the program above it (main.ts).
      .enablePositionalOptions()
      .addCommand(createScheduleCommand())
      .addCommand(triggerScheduleCommand())
      .addCommand(deleteScheduleCommand())
      .addHelpText('after', '\nExample:\n  leftoff schedule create step:process-orders --every 60')
      .action((options: OutputOptions) => listSchedules(options))
  );
}

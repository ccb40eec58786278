/** `leftoff schedule`: runs that Temporal starts by itself, again and again. */
import { Command } from 'commander';
import { createScheduleCommand } from './schedule/create.js';
import { deleteScheduleCommand } from './schedule/delete.js';
import { listSchedulesCommand } from './schedule/list.js';
import { triggerScheduleCommand } from './schedule/trigger.js';

export function scheduleCommand(): Command {
  return new Command('schedule')
    .description(
      'Runs that Temporal starts by itself. One that is still going is never overtaken: its next start is left out.',
    )
    .addCommand(createScheduleCommand())
    .addCommand(listSchedulesCommand())
    .addCommand(triggerScheduleCommand())
    .addCommand(deleteScheduleCommand())
    .addHelpText('after', '\nExample:\n  leftoff schedule create step:process-orders --every 60');
}

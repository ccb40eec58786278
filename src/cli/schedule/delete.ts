/** `leftoff schedule delete`: no further runs of it; those that are open go on. */
import { Command } from 'commander';
import { type OutputOptions, openOutput, withOutput } from '../output.js';
import { withTemporal } from '../session.js';
import { scheduleId } from './create.js';
import { toldIfUnknown } from './trigger.js';

export function deleteScheduleCommand(): Command {
  return withOutput(new Command('delete'))
    .description('Deletes a schedule. A run of it that is open goes on.')
    .argument('<schedule>', 'its name', scheduleId)
    .addHelpText('after', '\nExample:\n  leftoff schedule delete orders-step-scheduled')
    .action((id: string, options: OutputOptions) =>
      withTemporal(async ({ client }) => {
        await client.schedule.getHandle(id).delete().catch(toldIfUnknown(id));
        openOutput(options).result(`${id} deleted`, { id, deleted: true });
      }),
    );
}

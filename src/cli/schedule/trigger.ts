/** `leftoff schedule trigger`: starts a schedule's run now, unless one is still going. */
import { ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import { Command } from 'commander';
import { UserError } from '../../user-error.js';
import { type OutputOptions, openOutput, withOutput } from '../output.js';
import { withTemporal } from '../session.js';
import { scheduleId } from './create.js';

export function triggerScheduleCommand(): Command {
  return withOutput(new Command('trigger'))
    .description('Starts a run of the schedule now; left out where one of its runs is still open.')
    .argument('<schedule>', 'its name', scheduleId)
    .addHelpText('after', '\nExample:\n  leftoff schedule trigger orders-step-scheduled')
    .action((id: string, options: OutputOptions) =>
      withTemporal(async ({ client }) => {
        const handle = client.schedule.getHandle(id);
        const before = await handle.describe().catch(toldIfUnknown(id));
        // Said here as well: a trigger goes by none of the schedule's own policies.
        await handle.trigger(ScheduleOverlapPolicy.SKIP);
        const open = before.info.runningActions.length > 0;
        openOutput(options).result(
          open ? `${id}: a run of it is still open, so none was started` : `${id}: started; npx leftoff runs`,
          { id, started: !open },
        );
      }),
    );
}

/** @throws UserError where there is no such schedule */
export function toldIfUnknown(id: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new UserError(`There is no schedule '${id}'.`, 'npx leftoff schedule', 'failed', {
      cause: error,
    });
  };
}

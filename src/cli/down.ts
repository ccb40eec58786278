/** `leftoff down`: stops this checkout's workers, then its servers. Data stays for the next `up`. */
import { Command } from 'commander';
import { type PartName, partLabels } from '../stack/addresses.js';
import { wantedParts } from '../stack/bring-up.js';
import { readEnvironment, readStopEnvironment } from '../stack/environment.js';
import { takeDown } from '../stack/take-down.js';
import { UserError } from '../user-error.js';
import { stopWorkers } from '../worker/stop-workers.js';
import { interruptible } from './interruptible.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';

export function downCommand(): Command {
  return withOutput(new Command('down'))
    .description(
      "Stops this checkout's workers, each with the order in hand done, then the servers that `up` started. " +
        'Orders and runs are kept.',
    )
    .addHelpText('after', '\nExample:\n  leftoff down')
    .action(async (options: OutputOptions) => {
      const output = openOutput(options);
      const environment = readStopEnvironment();
      const onProgress = (message: string): void => output.progress(message);
      const workers = await stopWorkers(environment.home, { onProgress });
      const { stopped } = await interruptible((signal) => takeDown({ environment, onProgress, signal }));
      const others = partsOfOthers();
      if (others.length > 0)
        output.progress(
          `left alone, since the environment names them: ${others.map((part) => partLabels[part]).join(', ')}`,
        );
      const names = [
        ...workers.map(({ worker }) => `worker ${worker.identity}`),
        ...stopped.map((part) => partLabels[part]),
      ];
      output.result(names.length === 0 ? 'Nothing was running.' : `Stopped ${names.join(', ')}.`, {
        workers: workers.map(({ worker, outcome }) => ({
          pid: worker.process.pid,
          identity: worker.identity,
          outcome,
        })),
        stopped,
      });
    });
}

/** Only a remark is made of it: settings that can't be used keep nobody from stopping what runs. */
function partsOfOthers(): readonly PartName[] {
  try {
    const ours = wantedParts(readEnvironment());
    return (['temporal', 'postgres', 'redis'] as const).filter((part) => !ours.includes(part));
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** `leftoff status`: where a run stands now, read from the server; no worker needed. */
import { Command } from 'commander';
import { isEnded, readRun } from '../continuation/inspection/index.js';
import { findParts } from '../stack/find-stack.js';
import { listWorkers } from '../worker/worker-record.js';
import { findRun, runWord } from './find-run.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { withRunStores } from './run-stores.js';
import { describeRun, summariseRun } from './run-summary.js';
import { withTemporal } from './session.js';
import { noWorker, workersAlive } from './workers-alive.js';
import { findWorkersElsewhere } from './workers-elsewhere.js';

export function statusCommand(): Command {
  return withOutput(new Command('status'))
    .description('Tells where a run stands now. Needs no worker: it reads the history and what is pending.')
    .argument('[run]', 'run id or a unique prefix; default: the newest', runWord)
    .addHelpText('after', '\nExample:\n  leftoff status orders-step-3')
    .action((word: string | undefined, options: OutputOptions) =>
      withTemporal(async ({ client, home }) => {
        const workflowId = await findRun(client, word);
        const run = await withRunStores(client, workflowId, (stores) =>
          readRun(client, workflowId, { stores }),
        );
        const now = new Date();
        const output = openOutput(options);
        output.result(describeRun(run, now), summariseRun(run, now));
        for (const store of run.storesAway)
          output.progress(
            `${store} does not answer: the newest checkpoint may be in it (npx leftoff verify)`,
          );
        if (isEnded(run.state)) return;
        const own = await listWorkers(home);
        if ((await workersAlive(client, own)).length === 0) output.progress(noWorker);
        for (const { words, mend } of findWorkersElsewhere(own, await findParts()))
          output.progress(`${words}: ${mend}`);
      }),
    );
}

/** `leftoff runs`: the runs there are, newest first. */
import { Command } from 'commander';
import { stateOf } from '../continuation/inspection/index.js';
import { taskQueue } from '../worker/task-queue.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { readMemo } from './run-memo.js';
import { withStack } from './session.js';
import { table } from './ui/table.js';
import { wholeNumber } from './whole-number.js';

export function runsCommand(): Command {
  return withOutput(new Command('runs'))
    .description('Lists the runs, newest first.')
    .option('--limit <n>', 'how many at the most', wholeNumber(1, 10_000), 20)
    .addHelpText('after', '\nExample:\n  leftoff runs --limit 5')
    .action((options: OutputOptions & { limit: number }) =>
      withStack(async ({ temporal }) => {
        const client = await temporal();
        const query = `TaskQueue = "${taskQueue}" AND ExecutionStatus != "ContinuedAsNew"`;
        const runs = [];
        for await (const { workflowId, status, memo, startTime, historyLength } of client.workflow.list({
          query,
        })) {
          const { pattern, job } = readMemo(memo);
          runs.push({
            workflowId,
            pattern,
            job,
            state: stateOf(status.name),
            startedAt: startTime.toISOString(),
            events: historyLength,
          });
          if (runs.length === options.limit) break;
        }
        const rows = runs.map((run) => [
          run.workflowId,
          run.state,
          run.pattern,
          run.job,
          run.startedAt.slice(0, 19).replace('T', ' '),
        ]);
        const text =
          runs.length === 0
            ? 'no run yet: npx leftoff run step:process-orders'
            : table(
                ['run', 'state', 'pattern', 'job', 'started (UTC)'].map((title) => ({ title })),
                rows,
              );
        openOutput(options).result(text, runs);
      }),
    );
}

/** `leftoff runs`: the runs there are, newest first. */
import { Command } from 'commander';
import { type RunStateName, readState, stateOf } from '../continuation/inspection/index.js';
import { listNewest, startOf } from './find-run.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { readMemo } from './run-memo.js';
import { withTemporal } from './session.js';
import { table } from './ui/table.js';
import { wholeNumber } from './whole-number.js';

export function runsCommand(): Command {
  return withOutput(new Command('runs'))
    .description('Lists the runs, newest first.')
    .option('--limit <n>', 'how many at the most', wholeNumber(1, 10_000), 20)
    .addHelpText('after', '\nExample:\n  leftoff runs --limit 5')
    .action((options: OutputOptions & { limit: number }) =>
      withTemporal(async ({ client }) => {
        const listed = await listNewest(client, options.limit);
        const runs = await Promise.all(
          listed.map(async (listedRun): Promise<ListedRun> => {
            const { workflowId, status, memo, historyLength } = listedRun;
            const { pattern, job } = readMemo(memo);
            const state = stateOf(status.name);
            return {
              ...{ workflowId, pattern, job },
              // The server's list doesn't know of a pause.
              state: state === 'running' ? await readState(client, workflowId) : state,
              startedAt: startOf(listedRun).toISOString(),
              // Nor of a run's events before its end; `status` and `checkpoints` count them.
              events: state === 'running' ? null : historyLength,
            };
          }),
        );
        openOutput(options).result(describeRuns(runs), runs);
      }),
    );
}

interface ListedRun {
  readonly workflowId: string;
  readonly pattern: string;
  readonly job: string;
  readonly state: RunStateName;
  readonly startedAt: string;
  readonly events: number | null;
}

function describeRuns(runs: readonly ListedRun[]): string {
  if (runs.length === 0) return 'no run yet: npx leftoff run step:process-orders';
  return table(
    ['run', 'state', 'pattern', 'job', 'started (UTC)'].map((title) => ({ title })),
    runs.map(({ workflowId, state, pattern, job, startedAt }) => [
      workflowId,
      state,
      pattern,
      job,
      startedAt.slice(0, 16).replace('T', ' '),
    ]),
  );
}

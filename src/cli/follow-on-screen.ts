/** Follows a run on the screen to its end, and says how it ended; exit code 1 unless it completed. */
import type { RunState } from '../continuation/inspection/index.js';
import { type Following, followRun } from './follow-run.js';
import type { Output } from './output.js';
import { describeRun, summariseRun } from './run-summary.js';
import { ProgressView } from './ui/progress-view.js';

export async function followOnScreen(following: Omit<Following, 'view'>, output: Output): Promise<void> {
  const ended = await follow(following, output);
  output.result(describeRun(ended, new Date()), summariseRun(ended, new Date()));
  if (ended.state !== 'completed') process.exitCode = 1;
}

async function follow(following: Omit<Following, 'view'>, output: Output): Promise<RunState> {
  const view = new ProgressView({ stream: process.stderr, quiet: output.quiet });
  try {
    return await followRun({ ...following, view });
  } catch (error) {
    if (following.signal.aborted)
      output.progress(`${following.workflowId} goes on; npx leftoff status tells where it is`);
    throw error;
  }
}

/** A run's progress as the Temporal Web UI shows it: a few lines of Markdown under "Current details". */
import type { RunProgress } from '../checkpoint.js';
import type { RunStateName } from '../run-control.js';
import type { ContinuationReason } from './continuation.js';

/** @param reason why the execution before ended; null: there was none, or it isn't known */
export function describeProgress(
  progress: RunProgress,
  reason: ContinuationReason | null = null,
  state: RunStateName = 'running',
): string {
  const { step, cursor, counts, total, checkpoints, resumptionCount, executions } = progress;
  const done = counts.processed + counts.failed;
  const facts = [
    ...(state === 'running' ? [] : [`**${state}**`]),
    `**${step === null ? 'Between steps' : `Step ${step}`}**: ${done}${total === null ? '' : ` of ${total}`} done`,
    `processed ${counts.processed}, failed ${counts.failed}, revisited ${counts.revisited}`,
    cursor === null ? 'no checkpoint yet' : `would resume after \`${JSON.stringify(cursor)}\``,
    `checkpoints ${checkpoints}, resumptions ${resumptionCount}, execution ${executions}${reason === null ? '' : ` (${reason})`}`,
  ];
  return facts.map((fact) => `- ${fact}`).join('\n');
}

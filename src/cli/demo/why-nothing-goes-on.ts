/** Which part of the stack a demo, or a comparison, that stands still is waiting for: asked, not guessed. */
import type { Client } from '@temporalio/client';
import type { Queryable } from '../../orders/queryable.js';
import { partLabels } from '../../stack/addresses.js';
import { UserError } from '../../user-error.js';
import type { Player } from './player.js';

/** A server that is there answers in milliseconds. */
const answerLimitMs = 2_000;

export interface StoodStill {
  readonly client: Client;
  readonly pool: Queryable;
  readonly home: string;
  readonly player: Player;
  /** What was waited for. */
  readonly waitedFor: string;
  readonly limitMs: number;
}

export async function whyNothingGoesOn({
  client,
  pool,
  home,
  player: { noun, command },
  waitedFor,
  limitMs,
}: StoodStill): Promise<UserError> {
  const [temporal, postgres] = await Promise.all([
    answers(client.withDeadline(Date.now() + answerLimitMs, () => client.workflowService.getSystemInfo({}))),
    answers(pool.query('SELECT')),
  ]);
  const silent = [...(temporal ? [] : [partLabels.temporal]), ...(postgres ? [] : [partLabels.postgres])];
  const stoodStill = `The ${noun} waited for ${waitedFor}, and nothing went on for ${Math.round(limitMs / 1_000)} s`;
  return silent.length > 0
    ? new UserError(
        `${stoodStill}: ${silent.join(' and ')} ${silent.length === 1 ? 'does' : 'do'} not answer.`,
        `npx leftoff verify tells more; then ${command} once more.`,
      )
    : new UserError(
        `${stoodStill}, though ${partLabels.temporal} and ${partLabels.postgres} answer.`,
        `${command} once more; what its workers logged is in ${home}/logs.`,
      );
}

async function answers(question: Promise<unknown>): Promise<boolean> {
  return question.then(
    () => true,
    () => false,
  );
}

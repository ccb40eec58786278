/**
 * What no further attempt would mend: it fails the run loudly, with its place kept, instead of being tried for ever.
 *
 * A1  Attempts that are lost again and again at one cursor (an item that takes its process along) end the run.
 * A2  An attempt that got further, or said how it ended (an error, an outage, a pause), isn't lost. What is counted is how
 *     attempts fared, not what errors there were: no policy's patience hides lost workers.
 * A3  An attempt of which nothing was ever heard may have failed before it came to the work (its Activity isn't registered
 *     there, a codec is away): it counts for a tenth.
 * A4  A store that can't be used as it is ends it at once.
 * A5  A claim that a store refused for a later epoch would be refused again: the Workflow has to take over, or nobody.
 */
import { setTimeout } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/activity';
import { type AttemptRecord, fenceLostFailure } from '../checkpoint.js';
import type { JsonValue } from '../cursor.js';
import { FenceLostError, StoreUnusableError } from './stores/checkpoint-store.js';

/** Attempts lost at one cursor, whatever ended between them without getting further, after which a run fails. */
export const maximumLostAttempts = 10;

/** How many attempts of which nothing was heard count as one that was lost (A3). */
const unseenToOneLost = 10;

/** What the first heartbeat of an attempt needs to leave a process that its first item may take along. */
const momentToLeaveMs = 50;

type Fared = Pick<AttemptRecord, 'lost' | 'unseen'>;

/** @param place where a new start can go on. @throws NoProgressError as an ApplicationFailure (A1) */
export function assertGetsFurther(record: Fared | undefined, place: { readonly cursor: JsonValue }): void {
  const { lost, unseen } = record ?? { lost: 0, unseen: 0 };
  if (lost + unseen / unseenToOneLost <= maximumLostAttempts) return;
  const where = place.cursor === null ? 'before the first item' : `after ${JSON.stringify(place.cursor)}`;
  const why =
    lost === 0
      ? 'Nothing was heard of any of them: is the Activity registered at every worker, and does its input decode there? Or does the first item take its process along?'
      : 'Does that item take its process along (memory, a crash)?';
  throw ApplicationFailure.create({
    type: 'NoProgressError',
    message: `${lost + unseen} workers were lost ${where}, and none of them got any further. ${why} The run's place is kept: mend the cause, then start it again from there.`,
    nonRetryable: true,
    details: [place],
  });
}

/** Where attempts went without a word, this one's first heartbeat is given the time to leave: it may be all that is left of it. */
export async function letFirstHeartbeatLeave(record: Fared | undefined): Promise<void> {
  if (record !== undefined && record.unseen > 0) await setTimeout(momentToLeaveMs);
}

/** What to throw for what opening a store threw (A4, A5). */
export function unlessUnusable(error: unknown): unknown {
  if (error instanceof FenceLostError && error.owner !== undefined) {
    const { message, owner } = error;
    return ApplicationFailure.create({
      type: fenceLostFailure,
      message,
      nonRetryable: true,
      details: [owner],
    });
  }
  if (!(error instanceof StoreUnusableError)) return error;
  const { name: type, message } = error;
  return ApplicationFailure.create({ type, message, nonRetryable: true, cause: error });
}

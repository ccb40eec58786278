/** Reads back a checkpoint that came from outside: heartbeat details, a store. */
import { ApplicationFailure } from '@temporalio/activity';
import { z } from 'zod';
import type { Checkpoint } from '../checkpoint.js';
import { checkpointSchema } from '../checkpoint-schema.js';
import { decodeCursor } from '../cursor.js';
import { errorMessage } from './error-policy.js';
import type { CheckpointStore } from './stores/checkpoint-store.js';

/** A step's heartbeat: it has no place, or one that its batch alone knows how to take. */
const placelessSchema = z.object({ type: z.literal('leftoff.liveness') });

/**
 * @param where for the error: what it was read from
 * @throws ApplicationFailure, not to be retried, with what was found in its details: the next attempt would find the same
 */
export function readCheckpoint(found: unknown, where: string): Checkpoint | null {
  if (found == null || placelessSchema.safeParse(found).success) return null;
  const read = checkpointSchema.safeParse(found);
  if (!read.success) throw unreadable(where, z.prettifyError(read.error), found);
  try {
    if (read.data.cursor !== null) decodeCursor(read.data.cursor);
  } catch (error) {
    throw unreadable(where, `its cursor can't be decoded: ${errorMessage(error)}`, found);
  }
  return read.data;
}

function unreadable(where: string, why: string, found: unknown): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'UnreadableCheckpointError',
    message: `What ${where} keeps is no checkpoint of this release: ${why}`,
    nonRetryable: true,
    // Not as it is: whoever looks for a place in a failure must not take this for one.
    details: [{ found }],
  });
}

/**
 * What a store keeps. One that is best effort must not stop a run by what somebody else wrote there: it counts for nothing.
 *
 * @throws as `readCheckpoint`, where the store fences: nobody but it can say what has happened
 */
export function readStored(
  found: unknown,
  { name, fences }: Pick<CheckpointStore, 'name' | 'fences'>,
  warn: (message: string, facts: Record<string, unknown>) => void,
): Checkpoint | null {
  const where = `the store '${name}'`;
  if (fences === true) return readCheckpoint(found, where);
  try {
    return readCheckpoint(found, where);
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    warn('What the store keeps counts for nothing: the run goes on from history or the heartbeat', {
      error: error.message,
    });
    return null;
  }
}

/** Reads back a checkpoint that came from outside: heartbeat details, a store. */
import { ApplicationFailure } from '@temporalio/activity';
import { z } from 'zod';
import type { Checkpoint } from '../checkpoint.js';
import { checkpointSchema } from '../checkpoint-schema.js';

/** The heartbeat of an Activity that keeps no place in it: a step's. */
const placelessSchema = z.object({ type: z.literal('leftoff.liveness') });

/**
 * @param where for the error: what it was read from
 * @throws ApplicationFailure, not to be retried, with what was found in its details: the next attempt would find the same
 */
export function readCheckpoint(found: unknown, where: string): Checkpoint | null {
  if (found == null || placelessSchema.safeParse(found).success) return null;
  const read = checkpointSchema.safeParse(found);
  if (read.success) return read.data;
  throw ApplicationFailure.create({
    type: 'UnreadableCheckpointError',
    message: `What ${where} keeps is no checkpoint of this release: ${z.prettifyError(read.error)}`,
    nonRetryable: true,
    details: [found],
  });
}

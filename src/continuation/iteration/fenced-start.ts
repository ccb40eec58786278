/**
 * Where an attempt starts whose store fences. Pure.
 *
 * F1  What the store has is what has happened: its effects committed with it. History or a heartbeat may say more only where
 *     the database lost its last commits (a crash without synchronous commits, a failover, a restore): then the store is right.
 * F2  At the same position the others know better what is only told: an error that was counted, a resumption. Unless the store's
 *     run had begun further: selected, or started.
 * F3  A store that has nothing of a run which committed through it before is no new beginning: to go on would lose what the
 *     database lost, to start over would double what it didn't.
 * F4  The same holds for a step's batch, whose history says by which store the step got to where it is.
 * F5  A place that came from elsewhere (a run that changed its store) is compared by sequence, as without a fence.
 */
import { ApplicationFailure } from '@temporalio/activity';
import type { BatchStart, Checkpoint } from '../checkpoint.js';
import { type EncodedCursor, sameCursor } from '../cursor.js';
import { isNewer, type StartingPoint } from './starting-point.js';

/** For the log. */
export const databaseWentBack =
  'The store is behind what the run had reported: its database has lost commits. It goes on where the store says, since their effects are gone as well';

interface Stored {
  readonly checkpoint: Checkpoint | null;
  readonly name: string;
}

export type FencedStart = StartingPoint & {
  /** How many items the store is behind what was known; 0: none. */
  readonly behind: number;
};

/** @param known the newer of history and heartbeat. @throws CheckpointMissingError, as an ApplicationFailure (F3) */
export function startUnderFence(known: StartingPoint, { checkpoint: stored, name }: Stored): FencedStart {
  const committedHere = known.checkpoint?.fencedBy === name;
  if (stored === null) {
    if (committedHere) throw missing(name, known.checkpoint, "its checkpoint's 'fencedBy'");
    return { ...known, behind: 0 };
  }
  const ahead = (known.checkpoint?.sequence ?? -1) - stored.sequence;
  if (ahead > 0 && !committedHere) return { ...known, behind: 0 };
  if (ahead === 0 && known.checkpoint !== null && !isNewer(stored, known.checkpoint))
    return { ...known, behind: 0 };
  return { checkpoint: stored, source: name, behind: Math.max(0, ahead) };
}

export interface BatchUnderFence {
  readonly cursor: EncodedCursor | null;
  readonly wentBack: boolean;
}

/**
 * Where a step's batch begins of which nothing is under way yet (F4).
 *
 * @param stored what earlier batches left. @throws CheckpointMissingError, as an ApplicationFailure
 */
export function startBatchUnderFence(
  from: Pick<BatchStart, 'cursor' | 'keptBy'>,
  { checkpoint: stored, name }: Stored,
): BatchUnderFence {
  const { cursor } = from;
  if (from.keptBy !== name) return { cursor, wentBack: false };
  if (stored === null) throw missing(name, from, "its current step's 'keptBy'");
  return sameCursor(stored.cursor, cursor)
    ? { cursor, wentBack: false }
    : { cursor: stored.cursor, wentBack: true };
}

function missing(
  name: string,
  known: Pick<Checkpoint, 'cursor'> | null,
  whatSaysSo: string,
): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'CheckpointMissingError',
    message: `The store '${name}' has nothing of this run, whose effects were committed through it up to ${JSON.stringify(known?.cursor)}. Was its row removed, or the database set back? Look what has happened there. To go on after that cursor all the same, start the run again with what this failure keeps, and ${whatSaysSo} taken out; to do all again, start a new run.`,
    nonRetryable: true,
    details: known === null ? [] : [known],
  });
}

/** What is told of a batch besides its report: a line in the Activity's log, under the keys that an iteration's lines have. */
import type { Batch, BatchStart, Checkpoint, InterruptionReason, ResumptionSource } from '../checkpoint.js';
import { sameCursor } from '../cursor.js';
import type { ActivityAttempt } from './activity-attempt.js';
import type { WorkMeter } from './work-meter.js';

type Attempt = Pick<ActivityAttempt, 'attempt' | 'log'>;
type From = Pick<BatchStart, 'step' | 'cursor'>;
type Place = Pick<Checkpoint, 'cursor' | 'counts'>;

/**
 * An attempt takes up what a lost one left; of a batch after an interrupted one its Workflow tells.
 *
 * @returns for the batch's report: where it goes on, where that isn't what it was given
 */
export function tellResumption(
  { attempt, log }: Attempt,
  meter: WorkMeter,
  { step, cursor }: From,
  start: { readonly at: Checkpoint; readonly stored: Checkpoint | null; readonly store: string },
): Pick<Batch, 'resumed'> {
  const source = sourceOf(cursor, start);
  if (attempt > 1) {
    log('info', 'Resumed', { step, cursor: start.at.cursor, source });
    meter.resumed(source);
  }
  return sameCursor(start.at.cursor, cursor) ? {} : { resumed: { after: start.at.cursor, source } };
}

/** The batch ends before it is full. */
export function tellStop(
  { log }: Pick<Attempt, 'log'>,
  { step }: Pick<From, 'step'>,
  { cursor, counts }: Place,
  why: { readonly reason: InterruptionReason } | { readonly waitMs: number },
): void {
  const sentence = 'reason' in why ? 'Interrupted' : 'Throttled';
  log('info', sentence, { step, cursor, ...counts, ...why });
}

/** Where the place was kept that the attempt goes on from. */
function sourceOf(
  given: BatchStart['cursor'],
  {
    at,
    stored,
    store,
  }: { readonly at: Checkpoint; readonly stored: Checkpoint | null; readonly store: string },
): ResumptionSource {
  if (sameCursor(at.cursor, given)) return given === null ? 'start' : 'history';
  return stored !== null && sameCursor(stored.cursor, at.cursor) ? store : 'heartbeat';
}

/**
 * The enumerator pattern's Activity: `buildEnumerator({ cursor })` and `eachIteration(item)`, everything else underneath.
 *
 * A1  Resumes strictly after the newest checkpoint: the Workflow's or the heartbeat's, by sequence.
 * A2  On a graceful stop it *returns* `interrupted` with its exact cursor: in history at once, no attempt spent.
 * A3  What a run selects is fixed at its first start and travels in the checkpoint.
 * A4  The same error at the same cursor ends the run after `maximumSameErrors`; an outage is retried without end.
 *
 * @see job-iteration lib/job-iteration/iteration.rb
 */
import type { Checkpoint, Counts, InterruptionReason, IterationOutcome } from '../checkpoint.js';
import { checkpointSchema } from '../checkpoint-schema.js';
import type { Cursor, JsonValue } from '../cursor.js';
import { type ActivityAttempt, currentAttempt, isStopItself } from './activity-attempt.js';
import type { Enumerator } from './enumerators/enumerator.js';
import type { IterationInput } from './iteration-input.js';
import { chooseStartingPoint, IterationProgress } from './iteration-progress.js';
import { type ErrorRule, errorMessage, errorToThrow } from './same-error-limit.js';
import { HeartbeatStore } from './stores/heartbeat.js';
import { walkItems } from './walk-items.js';

/** What every callback of an iteration may ask of the attempt that it runs in. */
export interface IterationContext<C extends Cursor = Cursor> {
  /** Aborts when there is a reason to stop; cut waits short with it, never an effect. */
  readonly stopping: AbortSignal;
  /** The cursor of the newest checkpoint: where the work would resume if the worker were lost now; null: at the beginning. */
  readonly checkpoint: C | null;
}

export interface IterationDefinition<Args, Selection extends JsonValue, Item, C extends Cursor>
  extends ErrorRule {
  /** Fixes, once a run, what it selects; `total` feeds progress and ETA. */
  readonly select: (args: Args) => Promise<{ selection: Selection; total: number | null }>;
  /** Reads a selection back from a checkpoint. @throws where it isn't one */
  readonly parseSelection: (json: JsonValue) => Selection;
  /** Reads a cursor back from a checkpoint. @throws where it isn't one */
  readonly parseCursor: (json: Cursor) => C;
  /** Items strictly after the cursor; null: nothing to do. */
  readonly buildEnumerator: (
    args: Args,
    from: { selection: Selection; cursor: C | null },
  ) => Enumerator<Item, C> | null;
  /** Does one item's work; must have its effect once however often it is called. */
  readonly eachIteration: (item: Item, args: Args, context: IterationContext<C>) => Promise<Counts>;
  /** After the last item; its return value is the run's result. May run again if the worker is lost right then. */
  readonly onComplete: (args: Args) => Promise<JsonValue>;
  /** Items between two checkpoints, at the least. */
  readonly checkpointEvery: (args: Args) => number;
}

/** Makes an Activity function of a definition. */
export function iteration<Args, Selection extends JsonValue, Item, C extends Cursor>(
  definition: IterationDefinition<Args, Selection, Item, C>,
): (input: IterationInput<Args>) => Promise<IterationOutcome<C>> {
  return (input) => runIteration(definition, input, currentAttempt());
}

async function runIteration<Args, Selection extends JsonValue, Item, C extends Cursor>(
  definition: IterationDefinition<Args, Selection, Item, C>,
  { args, from }: IterationInput<Args>,
  attempt: ActivityAttempt,
): Promise<IterationOutcome<C>> {
  const start = chooseStartingPoint(from, heartbeatCheckpoint(attempt));
  const cursorJson = start.checkpoint?.cursor ?? null;
  const progress = new IterationProgress<C>(
    start,
    cursorJson === null ? null : definition.parseCursor(cursorJson),
    attempt.attempt,
  );
  const store = new HeartbeatStore({
    attempt,
    every: definition.checkpointEvery(args),
    details: () => progress.checkpoint('handed over'),
  });
  const interrupted = (reason: InterruptionReason): IterationOutcome<C> => ({
    type: 'leftoff.iteration',
    kind: 'interrupted',
    reason,
    checkpoint: progress.checkpoint('handed over'),
  });
  try {
    // At once: an attempt that is lost before its first item is a resumption that was made, too.
    if (progress.isResumption) store.flush();
    const selection = await selectOnce(definition, args, progress, store);
    const enumerator = definition.buildEnumerator(args, { selection, cursor: progress.cursor });
    const stopped =
      enumerator === null
        ? null
        : await walkItems<Item, C>({
            enumerator,
            visit: (item) =>
              definition.eachIteration(item, args, {
                stopping: attempt.stopping,
                checkpoint: progress.handedOver,
              }),
            advanced: (cursor, counts) => {
              progress.advance(cursor, counts);
              store.advanced(counts.processed + counts.failed);
            },
            reasonToStop: () => attempt.interruption(),
          });
    if (stopped !== null && stopped !== 'batch full') return interrupted(stopped);
    const result = await definition.onComplete(args);
    return { type: 'leftoff.iteration', kind: 'completed', checkpoint: progress.checkpoint('read'), result };
  } catch (error) {
    const reason = attempt.interruption();
    if (reason !== null && isStopItself(error, attempt)) return interrupted(reason);
    const isOutage = definition.isOutage?.(error) ?? false;
    if (isOutage) progress.metOutage();
    const times = isOutage ? 0 : progress.fail(errorMessage(error));
    store.flush();
    throw errorToThrow(error, times, progress.checkpoint('read'));
  } finally {
    store.close();
  }
}

async function selectOnce<Args, Selection extends JsonValue, Item, C extends Cursor>(
  definition: IterationDefinition<Args, Selection, Item, C>,
  args: Args,
  progress: IterationProgress<C>,
  store: HeartbeatStore,
): Promise<Selection> {
  if (progress.selection !== null) return definition.parseSelection(progress.selection);
  const { selection, total } = await definition.select(args);
  progress.select(selection, total);
  store.flush();
  return selection;
}

/** The checkpoint that an earlier attempt's heartbeat left; null where there is none. */
function heartbeatCheckpoint(attempt: ActivityAttempt): Checkpoint | null {
  return attempt.heartbeatDetails == null ? null : checkpointSchema.parse(attempt.heartbeatDetails);
}

/**
 * The enumerator pattern's Activity: `buildEnumerator` and `eachIteration`, everything else underneath.
 *
 * A1  Resumes strictly after the newest checkpoint: the Workflow's, the heartbeat's or a store's.
 * A2  On a graceful stop it *returns* `interrupted` with its exact cursor: in history at once, no attempt spent. Paused by
 *     the server it stays with that, its exact cursor in the heartbeat, until it is unpaused.
 * A3  What a run selects is fixed at its first start and travels in the checkpoint.
 * A4  An error goes by the policy (`error-policy.ts`); an outage is retried without end.
 * A5  Callbacks end before the Activity does: what goes on elsewhere finds them done.
 * A6  Without an enumerator there is nothing to do: completed, and no callback runs.
 *
 * @see job-iteration lib/job-iteration/iteration.rb
 */
import type { IterationOutcome } from '../checkpoint.js';
import type { CheckpointEvery } from '../checkpoint-cadence.js';
import { type Cursor, excessiveBytes, type JsonValue, maximumCursorBytes } from '../cursor.js';
import { type ActivityAttempt, currentAttempt, endPaused, isStopItself } from './activity-attempt.js';
import { aroundWalk } from './around-walk.js';
import { breather } from './breather.js';
import { type Enumerator, whatIsNoEnumerator } from './enumerators/enumerator.js';
import { reportHeld } from './held-checkpoint.js';
import {
  type AnyDefinition,
  assertCadence,
  chosen,
  chosenLimit,
  type IterationDefinition,
  type StoreWhereNeeded,
  wrongDefinition,
} from './iteration-definition.js';
import { cancelledAt, completed, type Execution, finish, interrupted, throttled } from './iteration-ends.js';
import { failureBeforeItOpened, failureOf } from './iteration-failure.js';
import type { IterationInput } from './iteration-input.js';
import { runtimeLimitMs } from './iteration-limits.js';
import { openIteration } from './open-iteration.js';
import { type CheckpointStore, FenceLostError, type Transaction } from './stores/checkpoint-store.js';
import { type WalkEnd, type WalkStop, walkItems } from './walk-items.js';
import { type ItemRules, workItem } from './work-item.js';

/**
 * Makes an Activity function of a definition. Its type parameters follow from the definition.
 *
 * The Activity throws each error as an ApplicationFailure of the error's own type, with the checkpoint as the last of its
 * details. Not retried, and so the run's end: SameErrorAtSameCursor, NoProgressError, InvalidIterationError, InvalidResultError,
 * InvalidCursorError, CursorTooLargeError, CursorNotUniqueError and other refusals of an enumerator, CheckpointMissingError,
 * UnreadableCheckpointError, what says that a store can't be used, and what `onError` fails at once.
 */
export function iteration<
  Args,
  Item,
  C extends Cursor,
  Selection extends JsonValue = null,
  T extends Transaction | null = null,
>(
  definition: IterationDefinition<Args, Selection, Item, C, T> & StoreWhereNeeded<Args, T>,
): (input: IterationInput<Args>) => Promise<IterationOutcome<C>> {
  return (input) => runIteration<Args, Selection, Item, C>(definition, input, currentAttempt());
}

async function runIteration<Args, Selection extends JsonValue, Item, C extends Cursor>(
  definition: AnyDefinition<Args, Selection, Item, C>,
  input: IterationInput<Args>,
  attempt: ActivityAttempt,
): Promise<IterationOutcome<C>> {
  if (input.readHeld === true) return reportHeld();
  const { args } = input;
  const open = await openIteration<C>(
    {
      ...whereToKeepIt(definition, input, attempt),
      input,
      ...(definition.isOutage === undefined ? {} : { isOutage: definition.isOutage }),
    },
    attempt,
  );
  if (open.kind === 'cleaned up') return open.outcome;
  const execution: Execution<Args, Selection, Item, C> = {
    definition,
    args,
    attempt,
    open,
    context: () => ({
      stopping: attempt.stopping,
      checkpoint: open.progress.handedOver,
      runId: attempt.workflowId,
    }),
    shutDown: false,
  };
  const outcome = await untilItsEnd(execution);
  if (outcome.kind === 'interrupted' && outcome.reason === 'paused by the server') endPaused(attempt);
  return outcome;
}

async function untilItsEnd<Args, Selection extends JsonValue, Item, C extends Cursor>(
  execution: Execution<Args, Selection, Item, C>,
): Promise<IterationOutcome<C>> {
  const { definition, attempt, open } = execution;
  try {
    return await iterate(execution).catch((thrown: unknown) => {
      const reason = attempt.interruption();
      if (reason === null || !isStopItself(thrown, attempt)) throw thrown;
      return interrupted(execution, reason);
    });
  } catch (thrown) {
    // Throws where another attempt owns the work.
    const reason = attempt.interruption();
    if (reason === 'cancelled' && !(thrown instanceof FenceLostError))
      return await cancelledAt(thrown, execution);
    throw await failureOf(thrown, definition, open);
  } finally {
    await open.close();
  }
}

/** Where the run is kept, as the definition says. @throws what its own functions throw, counted: nothing is open yet */
function whereToKeepIt<Args, Selection extends JsonValue, Item, C extends Cursor>(
  { store, checkpointEvery }: AnyDefinition<Args, Selection, Item, C>,
  input: IterationInput<Args>,
  attempt: ActivityAttempt,
): { readonly store: CheckpointStore | undefined; readonly every: CheckpointEvery } {
  try {
    return {
      store: typeof store === 'function' ? store(input.args) : store,
      every: assertCadence(chosen(checkpointEvery, input.args) ?? 1),
    };
  } catch (error) {
    throw failureBeforeItOpened(error, input, attempt);
  }
}

async function iterate<Args, Selection extends JsonValue, Item, C extends Cursor>(
  execution: Execution<Args, Selection, Item, C>,
): Promise<IterationOutcome<C>> {
  const { definition, args, open, context } = execution;
  const { progress } = open;
  const selection = await selectOnce(execution);
  const enumerator = await definition.buildEnumerator(args, selection);
  if (enumerator === null) return completed(execution, 'exhausted', null);
  assertEnumerator(enumerator);
  if (!progress.started) {
    await definition.onStart?.(args, context());
    progress.start();
    if (definition.onStart !== undefined) await open.flush();
  }
  const { aroundIterate } = definition;
  const end =
    aroundIterate === undefined
      ? await walk(execution, enumerator)
      : await aroundWalk(
          (iterateOnce) => aroundIterate(iterateOnce, args, context()),
          (isLeft) => walk(execution, enumerator, isLeft),
        );
  switch (end.kind) {
    case 'exhausted':
      return finish(execution, 'exhausted');
    case 'not now':
      return throttled(execution, end.waitMs);
    case 'aborted':
      if (end.abort.abort === 'retry') return throttled(execution, end.abort.waitMs);
      return finish(execution, end.abort.abort === 'complete' ? 'finished early' : 'stopped early');
    case 'stopped':
      if (end.reason === 'item limit' || end.reason === 'batch full') return finish(execution, 'item limit');
      return interrupted(execution, end.reason);
  }
}

function walk<Args, Selection extends JsonValue, Item, C extends Cursor>(
  { definition, args, attempt, open, context }: Execution<Args, Selection, Item, C>,
  enumerator: Enumerator<Item, C>,
  isLeft: () => boolean = () => false,
): Promise<WalkEnd> {
  const { progress } = open;
  const { onError } = definition;
  const breathe = breather(attempt);
  const endsAtMs =
    attempt.nowMs() + runtimeLimitMs(chosenLimit('maxRuntimeMs', definition.maxRuntimeMs, args));
  const maxItems = chosenLimit('maxItems', definition.maxItems, args);
  const reasonToStop = (): WalkStop | null => {
    const reason = attempt.interruption();
    if (reason !== null) return reason;
    if (isLeft()) return 'the job asked';
    if (progress.items >= maxItems) return 'item limit';
    if (definition.shouldExit?.(args, { counts: progress.counts }) === true) return 'the job asked';
    return attempt.nowMs() >= endsAtMs ? 'time limit' : null;
  };
  const inItem = (transaction: Transaction | null) => ({ ...context(), transaction });
  const rules: ItemRules<Item> = {
    visit: (item, transaction) => definition.eachIteration(item, args, inItem(transaction)),
    skipped: async (item, reason, transaction) =>
      definition.onSkipped?.(item, reason, args, inItem(transaction)),
    onError: typeof onError === 'function' ? (error, item) => onError(error, item, args) : onError,
    ...(definition.isOutage === undefined ? {} : { isOutage: definition.isOutage }),
  };
  const around = { ...open, attempt };
  return walkItems<Item, C>({
    enumerator,
    from: progress.cursor,
    reasonToStop,
    limitReached: progress.items >= maxItems,
    atMost: maxItems - progress.items,
    work: async (inHand) => {
      const abort = await workItem(inHand, rules, around);
      if (abort !== null) return abort;
      open.advanced(inHand.size);
      await definition.afterIteration?.(inHand.item, args, context());
      const breath = breathe();
      if (breath !== null) await breath;
      return null;
    },
  });
}

async function selectOnce<Args, Selection extends JsonValue, Item, C extends Cursor>({
  definition,
  args,
  open,
}: Execution<Args, Selection, Item, C>): Promise<Selection> {
  const { progress } = open;
  const read = definition.parseSelection ?? ((json: JsonValue): Selection => structuredCloneOf(json));
  if (definition.select === undefined || progress.isSelected) return read(progress.selection);
  const { selection, total = null } = await definition.select(args);
  if (total !== null && !(Number.isSafeInteger(total) && total >= 0))
    throw wrongDefinition(
      `select returned ${typeof total === 'string' ? `the string '${total}'` : total} as total; it must be a whole number from 0 up, or null. (pg gives count(*) as a string.)`,
    );
  // A copy, as every later execution gets it: what the job does to its own object must not change the run's.
  const copy: JsonValue = structuredCloneOf<JsonValue>(selection);
  const bytes = excessiveBytes(JSON.stringify(copy));
  if (bytes !== null)
    throw wrongDefinition(
      `select returned a selection of ${bytes} bytes as JSON; it may have ${maximumCursorBytes}, for it is written with every checkpoint. Keep in it what fixes the selection (the highest id at the start, say), not what is selected.`,
    );
  progress.select(copy, total);
  await open.flush();
  return read(copy);
}

function assertEnumerator(built: unknown): void {
  const what = whatIsNoEnumerator(built);
  if (what === null) return;
  throw wrongDefinition(
    `buildEnumerator returned ${what}; it must return an enumerator, or null for nothing to do.`,
  );
}

/** A selection as the checkpoint has it: what it is made of is the job's own, and read back as it was written. */
function structuredCloneOf<Selection>(json: JsonValue): Selection {
  return JSON.parse(JSON.stringify(json));
}

/**
 * How an execution of an iteration ends without an error: its hooks, its checkpoint, and what its Workflow is told.
 *
 * N1  Hooks end before the Activity does, and run for the attempt that owns the work alone: before each of them the lease
 *     is asked for, and what is done is handed over, which a store that fences refuses a zombie.
 * N2  `onShutdown` is called once, and only where `onStart` has run to its end.
 * N3  A result that can't be delivered fails the run: each further attempt would call `onComplete` again, for nothing.
 * N4  A run that is cancelled ends as cancelled: an error on the way there is told, and fails nothing.
 */
import { ApplicationFailure } from '@temporalio/activity';
import type { InterruptionReason, IterationEnding, IterationOutcome } from '../checkpoint.js';
import type { Cursor, JsonValue } from '../cursor.js';
import type { ActivityAttempt } from './activity-attempt.js';
import { errorMessage } from './error-policy.js';
import type { AnyDefinition, IterationContext, ShutdownReason } from './iteration-definition.js';
import type { OpenIteration } from './open-iteration.js';
import { FenceLostError } from './stores/checkpoint-store.js';

/** What the parts of one execution share. */
export interface Execution<Args, Selection extends JsonValue, Item, C extends Cursor> {
  readonly definition: AnyDefinition<Args, Selection, Item, C>;
  readonly args: Args;
  readonly attempt: ActivityAttempt;
  readonly open: OpenIteration<C>;
  readonly context: () => IterationContext<C>;
  /** `onShutdown` was called: an end that is cut short by a stop is no second end. */
  shutDown: boolean;
}

/**
 * The most bytes that an outcome may have as JSON. Temporal takes 2 MiB a payload; the rest is for what a codec adds.
 */
export const maximumOutcomeBytes = 2_000_000;

/** @throws InvalidResultError as an ApplicationFailure (N3) */
export async function finish<Args, Selection extends JsonValue, Item, C extends Cursor>(
  execution: Execution<Args, Selection, Item, C>,
  ending: IterationEnding,
): Promise<IterationOutcome<C>> {
  const { definition, args, context, attempt, open } = execution;
  const { onComplete } = definition;
  await shutDown(execution, ending);
  if (onComplete === undefined || !(ending === 'exhausted' || ending === 'finished early'))
    return completed(execution, ending, null);
  await open.flush();
  // Throws where the lease was lost (N1); a stop is no reason any more, for nothing but this is left.
  attempt.interruption();
  const result = (await onComplete(args, context())) ?? null;
  return completed(execution, ending, result);
}

/** @throws InvalidResultError as an ApplicationFailure (N3) */
export function completed<Args, Selection extends JsonValue, Item, C extends Cursor>(
  { open, attempt }: Execution<Args, Selection, Item, C>,
  ending: IterationEnding,
  result: JsonValue,
): IterationOutcome<C> {
  attempt.interruption();
  const outcome = {
    type: 'leftoff.iteration',
    kind: 'completed',
    ending,
    checkpoint: open.progress.checkpoint('read'),
    store: open.keptIn,
    result,
  } as const;
  assertDeliverable(outcome);
  open.tell({ kind: 'completed', ending });
  return outcome;
}

export async function interrupted<Args, Selection extends JsonValue, Item, C extends Cursor>(
  execution: Execution<Args, Selection, Item, C>,
  reason: InterruptionReason,
): Promise<IterationOutcome<C>> {
  await shutDown(execution, 'interrupted');
  const { open } = execution;
  open.progress.interrupted();
  open.tell({ kind: 'interrupted', reason });
  const { keptIn: store } = open;
  return { type: 'leftoff.iteration', kind: 'interrupted', reason, store, checkpoint: await open.flush() };
}

export async function throttled<Args, Selection extends JsonValue, Item, C extends Cursor>(
  execution: Execution<Args, Selection, Item, C>,
  waitMs: number,
): Promise<IterationOutcome<C>> {
  await shutDown(execution, 'throttled');
  const { open } = execution;
  open.tell({ kind: 'throttled', waitMs });
  const { keptIn: store } = open;
  return { type: 'leftoff.iteration', kind: 'throttled', waitMs, store, checkpoint: await open.flush() };
}

/** Ends a cancelled execution that met an error (N4). @throws FenceLostError where another attempt owns the work */
export async function cancelledAt<Args, Selection extends JsonValue, Item, C extends Cursor>(
  error: unknown,
  execution: Execution<Args, Selection, Item, C>,
): Promise<IterationOutcome<C>> {
  const { open, attempt } = execution;
  const tell = (thrown: unknown): void => {
    if (thrown instanceof FenceLostError) throw thrown;
    attempt.log('warn', 'An error in a run that is being cancelled', { error: errorMessage(thrown) });
  };
  tell(error);
  await shutDown(execution, 'interrupted').catch(tell);
  open.progress.interrupted();
  open.tell({ kind: 'interrupted', reason: 'cancelled' });
  await open.flush().catch(tell);
  const checkpoint = open.progress.checkpoint('read');
  const { keptIn: store } = open;
  return { type: 'leftoff.iteration', kind: 'interrupted', reason: 'cancelled', store, checkpoint };
}

async function shutDown<Args, Selection extends JsonValue, Item, C extends Cursor>(
  execution: Execution<Args, Selection, Item, C>,
  reason: ShutdownReason,
): Promise<void> {
  const { definition, args, context, attempt, open } = execution;
  if (execution.shutDown) return;
  execution.shutDown = true;
  attempt.interruption();
  if (definition.onShutdown === undefined || !open.progress.started) return;
  await open.flush();
  await definition.onShutdown(reason, args, context());
}

function assertDeliverable(outcome: object): void {
  const problem = problemOf(outcome);
  if (problem === null) return;
  throw ApplicationFailure.create({
    type: 'InvalidResultError',
    message: `What onComplete returned ${problem}. Keep it where it belongs (a table, a file), and return where that is. The run's place is kept; started again from there, only onComplete is called again.`,
    nonRetryable: true,
  });
}

function problemOf(outcome: object): string | null {
  try {
    const bytes = Buffer.byteLength(JSON.stringify(outcome));
    return bytes <= maximumOutcomeBytes
      ? null
      : `makes the run's end ${bytes} bytes long as JSON; ${maximumOutcomeBytes} can be delivered, for Temporal takes 2 MiB`;
  } catch (error) {
    return `can't be written as JSON: ${errorMessage(error)}`;
  }
}

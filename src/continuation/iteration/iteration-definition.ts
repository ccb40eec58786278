/** What a job in the enumerator style consists of. Only `buildEnumerator` and `eachIteration` are needed. */
import { ApplicationFailure } from '@temporalio/activity';
import type { Counts, IterationEnding } from '../checkpoint.js';
import { boundsOf, type CheckpointEvery } from '../checkpoint-cadence.js';
import type { Cursor, JsonValue } from '../cursor.js';
import type { Enumerator } from './enumerators/enumerator.js';
import type { ErrorDecision, ErrorRule } from './error-policy.js';
import type { ItemResult } from './item-result.js';
import type { CheckpointStore, Transaction } from './stores/checkpoint-store.js';

/** What every callback of an iteration may ask of the attempt that it runs in. */
export interface IterationContext<C extends Cursor = Cursor> {
  /** Aborts when there is a reason to stop; cut waits short with it, never an effect. */
  readonly stopping: AbortSignal;
  /** The cursor of the newest checkpoint: where the work would resume if the worker were lost now; null: at the beginning. */
  readonly checkpoint: C | null;
  /** The run: a Workflow Id. With an item's cursor it makes an idempotency key. */
  readonly runId: string;
}

export interface ItemContext<C extends Cursor, T extends Transaction | null> extends IterationContext<C> {
  /** Effects made through it commit together with the cursor; null unless the store offers it (postgres). */
  readonly transaction: T;
}

/** Why an execution ended without an error, for `onShutdown`. */
export type ShutdownReason = IterationEnding | 'interrupted' | 'throttled';

/** One value for every run, or one by its arguments. */
type Chosen<Args, Value> = Value | ((args: Args) => Value);

export interface IterationDefinition<
  Args,
  Selection extends JsonValue,
  Item,
  C extends Cursor,
  T extends Transaction | null,
> extends ErrorRule {
  /** Fixes, once a run, what it selects (null: nothing but the total); `total` feeds progress and ETA. */
  readonly select?: (args: Args) => Promise<{ selection: Selection; total?: number | null }>;
  /** Reads a selection back from a checkpoint; default: as it is. @throws where it isn't one */
  readonly parseSelection?: (json: JsonValue) => Selection;
  /** The items of the run; null: nothing to do, and no callback runs. The library starts it after the newest checkpoint. */
  readonly buildEnumerator: (
    args: Args,
    selection: Selection,
  ) => Enumerator<Item, C> | null | Promise<Enumerator<Item, C> | null>;
  /**
   * Does one item's work; must have its effect once however often it is called, unless it is made through `transaction`.
   *
   * @returns nothing for "done"; how it counts; or `abort.…` to end the run at this item, which then isn't done
   */
  readonly eachIteration: (
    item: Item,
    args: Args,
    context: ItemContext<C, T>,
  ) => Promise<ItemResult | undefined> | Promise<void>;
  /** After an item's work, and with a store that fences after its commit. For telling somebody, never for an effect. */
  readonly afterIteration?: (item: Item, args: Args, context: IterationContext<C>) => Promise<void> | void;
  /** Before the first item, once a run: tried again until it ran to its end, also in a later attempt. */
  readonly onStart?: (args: Args, context: IterationContext<C>) => Promise<void>;
  /** Around the items of each execution; must call `iterate` once and await it. */
  readonly aroundIterate?: (
    iterate: () => Promise<void>,
    args: Args,
    context: IterationContext<C>,
  ) => Promise<void>;
  /** At every end that is no error, before the run goes on anywhere else. */
  readonly onShutdown?: (reason: ShutdownReason, args: Args, context: IterationContext<C>) => Promise<void>;
  /** After the last item; its return value is the run's result. May run again if the worker is lost right then. */
  readonly onComplete?: (args: Args, context: IterationContext<C>) => Promise<JsonValue> | Promise<void>;
  /**
   * Items between two checkpoints, at the least; or by time, `auto` or `{ redoMs, overhead }`: measured as it runs, see
   * checkpoint-cadence.ts. Default 1. Heartbeats are thinned out by time in any case; with a store that fences each item has its own.
   */
  readonly checkpointEvery?: Chosen<Args, CheckpointEvery>;
  /** Where checkpoints are kept besides the heartbeat; default: nowhere. */
  readonly store?: CheckpointStore<T> | ((args: Args) => CheckpointStore<T>);
  /** What to do about an item that failed; default: `retry()`, five times. */
  readonly onError?: ErrorDecision | ((error: unknown, item: Item, args: Args) => ErrorDecision);
  /** Told of an item that is passed over by policy; with a store that fences, in the transaction that moves the cursor. */
  readonly onSkipped?: (item: Item, reason: string, args: Args, context: ItemContext<C, T>) => Promise<void>;
  /** Milliseconds after which an execution gives its place to others, after the item in hand; the process' own limit may be smaller. */
  readonly maxRuntimeMs?: Chosen<Args, number>;
  /** Items after which the run ends, over all its executions. */
  readonly maxItems?: Chosen<Args, number>;
  /** Asked after each item: whether this execution is to be interrupted. */
  readonly shouldExit?: (args: Args, progress: { readonly counts: Counts }) => boolean;
}

/**
 * A definition as the loop uses it. In a job's own, `eachIteration` and `onSkipped` are functions and not methods, so that
 * the compiler refuses one that counts on a transaction where the store may have none; here any of them fits.
 */
export type AnyDefinition<Args, Selection extends JsonValue, Item, C extends Cursor> = Omit<
  IterationDefinition<Args, Selection, Item, C, Transaction | null>,
  'eachIteration' | 'onSkipped'
> & {
  eachIteration(
    item: Item,
    args: Args,
    context: ItemContext<C, Transaction | null>,
  ): Promise<ItemResult | undefined> | Promise<void>;
  onSkipped?(
    item: Item,
    reason: string,
    args: Args,
    context: ItemContext<C, Transaction | null>,
  ): Promise<void>;
};

/** An iteration whose items want a `transaction` needs a store that offers one. */
export type StoreWhereNeeded<Args, T extends Transaction | null> = null extends T
  ? unknown
  : { readonly store: CheckpointStore<T> | ((args: Args) => CheckpointStore<T>) };

/** Reads a setting that may depend on the run's arguments. */
export function chosen<Args, Value extends CheckpointEvery | undefined>(
  setting: Value | ((args: Args) => Value),
  args: Args,
): Value {
  return typeof setting === 'function' ? setting(args) : setting;
}

/** It comes from a run's arguments, which no compiler has seen. @throws InvalidIterationError for what is no cadence */
export function assertCadence(every: CheckpointEvery): CheckpointEvery {
  if (every === 'auto') return every;
  if (typeof every === 'number') {
    if (every >= 0) return every;
    throw wrongDefinition(`checkpointEvery is ${every}; it must be a number of items, or go by time.`);
  }
  if (typeof every !== 'object' || every === null)
    throw wrongDefinition(
      `checkpointEvery is ${String(every)}; it must be a number, 'auto' or { redoMs, overhead }.`,
    );
  const { redoMs, overhead } = boundsOf(every);
  if (!isAboveZero(redoMs))
    throw wrongDefinition(`checkpointEvery has redoMs ${String(redoMs)}; it must be a number above 0.`);
  if (!isAboveZero(overhead) || overhead > 1)
    throw wrongDefinition(
      `checkpointEvery has overhead ${String(overhead)}; it must be a share above 0, up to 1: 0.02 is 2 %.`,
    );
  return every;
}

function isAboveZero(bound: number): boolean {
  return typeof bound === 'number' && Number.isFinite(bound) && bound > 0;
}

/** A limit that may depend on the run's arguments; infinity where none is set. @throws InvalidIterationError for what is no limit */
export function chosenLimit<Args>(
  name: 'maxItems' | 'maxRuntimeMs',
  setting: number | ((args: Args) => number) | undefined,
  args: Args,
): number {
  const limit = chosen(setting, args) ?? Number.POSITIVE_INFINITY;
  if (typeof limit === 'number' && limit >= 0) return limit;
  throw wrongDefinition(`${name} is ${String(limit)}; it must be a number from 0 up, or left out.`);
}

/** A definition that can't be right: said at once, for the same code would do the same again. */
export function wrongDefinition(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: 'InvalidIterationError', message, nonRetryable: true });
}

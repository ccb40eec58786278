/** Plays a run of an enumerator Activity, execution by execution, as its Workflow (`iterate`) would. What it promises stands in played-run.ts. */
import type { Checkpoint, IterationOutcome } from '../checkpoint.js';
import { checkpointSchema } from '../checkpoint-schema.js';
import type { Cursor } from '../cursor.js';
import type { IterationInput } from '../iteration/iteration-input.js';
import { chain, throughJson } from './mock-execution.js';
import { type Killed, PlayedRun, type PlayedRunOptions } from './played-run.js';

/** `activityType` is `anIteration` by default; with a store it is part of the key. */
export type IterationRunOptions = PlayedRunOptions;

/** What one execution came to: its outcome, or nothing where it was killed. */
export type ExecutionEnd<C extends Cursor> = IterationOutcome<C> | Killed;

type Completed<C extends Cursor> = IterationOutcome<C> & { readonly kind: 'completed' };

type IterationActivity<Args, C extends Cursor> = (
  input: IterationInput<Args>,
) => Promise<IterationOutcome<C>>;

/** A run to play. @param activity what `iteration()` returned */
export function iterationRun<Args, C extends Cursor>(
  activity: IterationActivity<Args, C>,
  args: Args,
  options: IterationRunOptions = {},
): IterationRun<Args, C> {
  return new IterationRun(activity, args, options);
}

export class IterationRun<Args, C extends Cursor> extends PlayedRun<
  IterationInput<Args>,
  IterationOutcome<C>
> {
  readonly #args: Args;
  readonly #activityType: string;
  #from: Checkpoint | null = null;
  #generation = 0;
  #waited = false;

  constructor(activity: IterationActivity<Args, C>, args: Args, options: IterationRunOptions) {
    const { activityType = 'anIteration' } = options;
    super(activity, { ...options, activityType });
    this.#args = args;
    this.#activityType = activityType;
  }

  /** The checkpoint that the next execution's Workflow knows; a newer one may be in the heartbeat or a store. */
  get checkpoint(): Checkpoint | null {
    return this.#from;
  }

  /** Does this many items, then is interrupted as by a worker that stops. @throws where there are fewer, or what an item throws */
  async exactly(items: number): Promise<IterationOutcome<C>> {
    const before = this.itemsDone;
    const end = await this.interruptedAfter(items);
    const done = this.itemsDone - before;
    if (done !== items)
      throw new Error(`The execution ended (${end.kind}) after ${done} items, not ${items}.`);
    return end;
  }

  /** Does one item. */
  once(): Promise<IterationOutcome<C>> {
    return this.exactly(1);
  }

  /**
   * One execution on a worker that is stopping from the start: `stopping` has aborted when its item begins. It does one item,
   * unless that heeds the signal, or there is none to do now.
   */
  stopping(): Promise<IterationOutcome<C>> {
    return this.interruptedAfter(0);
  }

  /**
   * Executions until the run is completed, over interruptions, waits and kills; a completed one gives its end again. What a
   * store kept is cleared then.
   *
   * @throws what an item throws, and the next execution is then the retry; RunIsOverError where the run has failed
   */
  toTheEnd(): Promise<Completed<C>> {
    return this.until<'completed'>((end): end is Completed<C> => end.kind === 'completed');
  }

  protected override schedule(): IterationInput<Args> {
    this.#generation += 1;
    return { ...this.#position(), from: this.#from, ...(this.#waited ? { afterWait: true } : {}) };
  }

  protected override async takeIn(outcome: IterationOutcome<C>): Promise<void> {
    const checkpoint = checkpointSchema.parse(throughJson(outcome.checkpoint));
    const moved = checkpoint.sequence > (this.#from?.sequence ?? 0);
    this.#from = checkpoint;
    this.#waited = outcome.kind === 'throttled';
    if (outcome.kind === 'completed') {
      this.end('is completed');
      if (outcome.store != null) await this.#clearStore();
      return;
    }
    const vain = outcome.kind === 'interrupted' || outcome.waitMs === 0;
    this.limitFruitless(moved ? 'moved' : vain ? 'fruitless' : 'neither', {
      who: `'${this.#activityType}'`,
      place: checkpoint,
    });
  }

  /** As the Workflow does it: tidiness, which the run's end doesn't depend on. */
  async #clearStore(): Promise<void> {
    this.#generation += 1;
    try {
      await this.cleanUp({ ...this.#position(), from: null, cleanUp: true });
    } catch (error) {
      this.warn('What the store keeps of this run was not cleared; it expires, or is taken over', { error });
    }
  }

  #position() {
    return { args: this.#args, chain, generation: this.#generation };
  }
}

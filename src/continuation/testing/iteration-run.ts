/**
 * Plays a run of an enumerator Activity in Temporal's mock Activity environment, execution by execution, as its Workflow would.
 *
 * T1  Each execution starts from what the last one left: the returned checkpoint, the heartbeat's, the store's.
 * T2  `exactly`, `once` and `stopping` end as a worker's graceful stop does; `killed` as SIGKILL does: nothing is flushed.
 * T3  Items are counted by their cursor, over all executions: a revisit is seen.
 *
 * No server and no time: waits of a throttled run pass at once.
 */
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type Logger } from '@temporalio/worker';
import type { Checkpoint, IterationOutcome } from '../checkpoint.js';
import { checkpointSchema } from '../checkpoint-schema.js';
import type { Cursor } from '../cursor.js';
import { observing } from '../iteration/attempt-observer.js';
import type { IterationInput } from '../iteration/iteration-input.js';
import { ObservedItems, type PlannedEnd } from './observed-items.js';

export interface IterationRunOptions {
  /** Default: `a-run`. With a store it is the key. */
  readonly workflowId?: string;
  /** The Activity's name; default: `anIteration`. */
  readonly activityType?: string;
  /** Default: warnings, to the console. */
  readonly logger?: Logger;
  /** Executions after which `toTheEnd` gives up on a run that never ends; default 10,000. */
  readonly mostExecutions?: number;
}

/** Which heartbeats of a killed execution had reached the server. */
export type Sent = 'none' | 'all';

/** What one execution came to: its outcome, or nothing where it was killed. */
export type ExecutionEnd<C extends Cursor> = IterationOutcome<C> | { readonly kind: 'killed' };

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

export class IterationRun<Args, C extends Cursor> {
  readonly #items = new ObservedItems();
  readonly #activity: IterationActivity<Args, C>;
  readonly #args: Args;
  readonly #options: IterationRunOptions;
  #from: Checkpoint | null = null;
  #heartbeatDetails: unknown = null;
  #generation = 0;
  #attempt = 1;
  #waited = false;

  constructor(activity: IterationActivity<Args, C>, args: Args, options: IterationRunOptions) {
    this.#activity = activity;
    this.#args = args;
    this.#options = options;
  }

  /** How often each item was done, by its cursor's JSON. */
  get visits(): ReadonlyMap<string, number> {
    return this.#items.visits;
  }

  /** Items done again. */
  get revisits(): number {
    return this.#items.revisits;
  }

  /** The checkpoint that the next execution's Workflow knows; a newer one may be in the heartbeat or a store. */
  get checkpoint(): Checkpoint | null {
    return this.#from;
  }

  /** Does this many items, then is interrupted as by a worker that stops. @throws where there are fewer, or what an item throws */
  async exactly(items: number): Promise<IterationOutcome<C>> {
    const before = this.#count();
    const end = await this.interruptedAfter(items);
    const done = this.#count() - before;
    if (done !== items)
      throw new Error(`The execution ended (${end.kind}) after ${done} items, not ${items}.`);
    return end;
  }

  /** Does one item. */
  once(): Promise<IterationOutcome<C>> {
    return this.exactly(1);
  }

  /** One execution on a worker that is stopping from the start: one item, unless there is none to do now. */
  stopping(): Promise<IterationOutcome<C>> {
    return this.interruptedAfter(0);
  }

  /** An execution that is interrupted after this many items, or comes to its own end before. @throws what an item throws */
  async interruptedAfter(items: number): Promise<IterationOutcome<C>> {
    return surviving(await this.#execute({ stopAfter: items }));
  }

  /**
   * Does this many items and is killed right after the last one's effect: nothing is flushed.
   *
   * @param sent which heartbeats had reached the server: none of this execution's (the worst case, the default), or all
   * @throws where the execution ended before it could be killed
   */
  async killed({ after, sent = 'none' }: { readonly after: number; readonly sent?: Sent }): Promise<void> {
    const end = await this.killedAfter(after, sent);
    if (end.kind !== 'killed')
      throw new Error(`The execution ended (${end.kind}) before it could be killed.`);
  }

  /** As `killed`, for whoever doesn't know whether the execution gets that far. */
  async killedAfter(items: number, sent: Sent = 'none'): Promise<ExecutionEnd<C>> {
    if (items > 0) return this.#execute({ killAfter: items }, sent);
    // Killed before its first item, it was scheduled all the same.
    if (this.#attempt === 1) this.#generation += 1;
    this.#retryAfter(this.#heartbeatDetails);
    return { kind: 'killed' };
  }

  /** Executions until the run is completed, over interruptions and waits. @throws what an item throws */
  async toTheEnd(): Promise<IterationOutcome<C> & { readonly kind: 'completed' }> {
    const most = this.#options.mostExecutions ?? 10_000;
    for (let execution = 1; execution <= most; execution += 1) {
      const end = await this.#execute('undisturbed');
      if (end.kind === 'completed') return end;
    }
    throw new Error(`The run is not completed after ${most} executions.`);
  }

  /** One execution to whatever end it has. @throws what an item throws; the next execution is then the retry. */
  async execution(): Promise<IterationOutcome<C>> {
    return surviving(await this.#execute('undisturbed'));
  }

  #count(): number {
    let count = 0;
    for (const times of this.#items.visits.values()) count += times;
    return count;
  }

  async #execute(end: PlannedEnd, sent: Sent = 'all'): Promise<ExecutionEnd<C>> {
    const { workflowId = 'a-run', activityType = 'anIteration' } = this.#options;
    if (this.#attempt === 1) this.#generation += 1;
    const environment = new MockActivityEnvironment(
      {
        activityType,
        attempt: this.#attempt,
        heartbeatDetails: this.#heartbeatDetails ?? undefined,
        workflowExecution: { workflowId, runId: 'first-execution' },
      },
      { logger: this.#options.logger ?? new DefaultLogger('WARN') },
    );
    let newest = this.#heartbeatDetails;
    environment.on('heartbeat', (details: unknown) => {
      newest = details;
    });
    const { promise: killed, resolve: kill } = withResolvers();
    const observer = this.#items.observe(end, () => {
      kill();
      return new Promise(() => undefined);
    });
    const input: IterationInput<Args> = {
      args: this.#args,
      from: this.#from,
      chain: 'first-execution',
      generation: this.#generation,
      ...(this.#waited ? { afterWait: true } : {}),
    };
    const running = observing(observer, () =>
      environment.run<[IterationInput<Args>], IterationOutcome<C>, IterationActivity<Args, C>>(
        this.#activity,
        input,
      ),
    );
    try {
      const outcome = await Promise.race([running, killed.then(() => ({ kind: 'killed' }) as const)]);
      if (outcome.kind === 'killed') {
        this.#retryAfter(sent === 'all' ? newest : this.#heartbeatDetails);
        return outcome;
      }
      this.#goOnFrom(outcome);
      return outcome;
    } catch (error) {
      this.#retryAfter(newest);
      throw error;
    }
  }

  #retryAfter(heartbeatDetails: unknown): void {
    this.#attempt += 1;
    this.#heartbeatDetails = throughJson(heartbeatDetails);
  }

  #goOnFrom(outcome: IterationOutcome<C>): void {
    this.#from = checkpointSchema.parse(throughJson(outcome.checkpoint));
    this.#attempt = 1;
    this.#heartbeatDetails = null;
    this.#waited = outcome.kind === 'throttled';
  }
}

function surviving<C extends Cursor>(end: ExecutionEnd<C>): IterationOutcome<C> {
  if (end.kind === 'killed') throw new Error('The execution was killed.');
  return end;
}

/** What arrives on the other side of Temporal. */
function throughJson(value: unknown): unknown {
  return value == null ? null : JSON.parse(JSON.stringify(value));
}

/** Node 20 has no Promise.withResolvers. */
function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

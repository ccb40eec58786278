/**
 * What both patterns' runs have in common when a test plays them in Temporal's mock Activity environment: executions of one
 * Activity, one after another, each ended as the test says.
 *
 * T1  Each execution starts from what the last one left: what it returned, its heartbeat, what a store has.
 * T2  A stop, a cancellation, a pause and a lost lease reach the Activity as the SDK's own, and `stopping` aborts; a kill
 *     is as SIGKILL: nothing is flushed.
 * T3  Items are counted by their cursor, over all executions: a revisit is seen.
 * T4  An error is tried again as the next attempt. After one that isn't retried, or at its end, a run is over and refuses.
 *
 * No server and no time.
 */
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { DefaultLogger, type Logger } from '@temporalio/worker';
import { noProgress } from '../steps/continuation-errors.js';
import { maximumFruitlessInterruptions } from '../steps/step.js';
import { type MockedAttempt, type MockedEnd, mockExecution, throughJson } from './mock-execution.js';
import { type EarlyEnd, ObservedItems, type StopWord } from './observed-items.js';
import { EndedOtherwiseError, RunIsOverError } from './played-run-errors.js';

export interface PlayedRunOptions {
  /** Default: `a-run`. With a store it is part of the key. */
  readonly workflowId?: string;
  /** The Activity's name. */
  readonly activityType?: string;
  /** Default: warnings, to the console. */
  readonly logger?: Logger;
  /** Executions after which `toTheEnd` gives up on a run that never ends; default 10,000. */
  readonly mostExecutions?: number;
}

/** Which heartbeats of an execution that was killed, or that lost its lease, had reached the server. */
export type Sent = 'none' | 'all';

/** Where an execution is ended: right after this many of its items; 0: from its start. */
export interface After {
  readonly after: number;
}

export interface Killed {
  readonly kind: 'killed';
}

/** What comes of one Activity, in either pattern. */
interface Reported {
  readonly kind: string;
}

export abstract class PlayedRun<Input, Outcome extends Reported> {
  readonly #items = new ObservedItems();
  readonly #activity: (input: Input) => Promise<Outcome>;
  readonly #options: PlayedRunOptions & { readonly activityType: string };
  readonly #logger: Logger;
  #scheduled: Input | null = null;
  #attempt = 1;
  #heartbeatDetails: unknown = null;
  #fruitless = 0;
  #over: string | null = null;
  #last: Outcome | null = null;

  constructor(
    activity: (input: Input) => Promise<Outcome>,
    options: PlayedRunOptions & { readonly activityType: string },
  ) {
    this.#activity = activity;
    this.#options = options;
    this.#logger = options.logger ?? new DefaultLogger('WARN');
  }

  /** What the Workflow schedules the next Activity with. */
  protected abstract schedule(): Input;
  /** What the Workflow makes of a report. */
  protected abstract takeIn(outcome: Outcome): void | Promise<void>;

  /** How often each item was done, by its cursor's JSON. */
  get visits(): ReadonlyMap<string, number> {
    return this.#items.visits;
  }

  /** Items done again. */
  get revisits(): number {
    return this.#items.revisits;
  }

  /**
   * An execution whose worker is told to stop right after this many items. From the start (0), so that an item that heeds
   * `stopping` is cut short, and one that doesn't is the only one.
   *
   * @throws EndedOtherwiseError where it came to its own end before; what an item throws
   */
  stopped({ after }: After): Promise<Outcome> {
    return this.#interrupted(after, 'WORKER_SHUTDOWN', 'stopped');
  }

  /**
   * As `stopped`, by a cancellation of the Activity: it ends with the reason `cancelled`. A real run ends here; the played
   * one may be taken further, to see what would come next.
   */
  cancelled({ after }: After): Promise<Outcome> {
    return this.#interrupted(after, 'CANCELLED', 'cancelled');
  }

  /**
   * The server pauses the Activity after this many items: it leaves its place in the heartbeat and reports nothing. The next
   * execution is the attempt after the pause.
   *
   * @throws EndedOtherwiseError where it came to its own end before; what an item throws
   */
  async paused({ after }: After): Promise<void> {
    await this.#thrownOut(after, 'PAUSED', 'paused', 'all');
  }

  /**
   * The server takes the Activity for lost after this many items and says so with its next heartbeat: this execution does
   * nothing more, and the next one is another attempt.
   *
   * @param sent which of its heartbeats had reached the server before: none (the default), or all
   * @throws EndedOtherwiseError where it came to its own end before; what an item throws
   */
  async leaseLost({ after, sent = 'none' }: After & { readonly sent?: Sent }): Promise<void> {
    await this.#thrownOut(after, 'NOT_FOUND', 'told that its lease was lost', sent);
  }

  /**
   * Does this many items and is killed right after the last one's effect: nothing is flushed. With 0 it is killed when its
   * code would get its first context: `select` has run, `onStart` and the first item have not. Without `after` it is killed
   * where its code calls `killHere()`.
   *
   * @param sent which heartbeats had reached the server: none of this execution's (the worst case, the default), or all
   * @throws EndedOtherwiseError where it came to its own end before; what an item throws
   */
  async killed({
    after = Number.POSITIVE_INFINITY,
    sent = 'none',
  }: Partial<After> & { readonly sent?: Sent } = {}): Promise<void> {
    const end = await this.killedAfter(after, sent);
    if (end.kind !== 'killed') throw new EndedOtherwiseError('killed', end.kind);
  }

  /** As `killed`, for whoever doesn't know whether the execution gets that far. @throws what an item throws */
  async killedAfter(items: number, sent: Sent = 'none'): Promise<Outcome | Killed> {
    const end = await this.#play({ killAfter: items }, sent);
    return end.kind === 'killed' ? end : reported(end);
  }

  /** An execution that is told to stop after this many items, or comes to its own end before. @throws what an item throws */
  async interruptedAfter(items: number): Promise<Outcome> {
    return reported(await this.#play({ stopAfter: items }));
  }

  /** One execution to whatever end it has. @throws what an item throws; the next execution is then the retry. */
  async execution(): Promise<Outcome> {
    return reported(await this.#play('undisturbed'));
  }

  /** Items done so far, each as often as it was. */
  protected get itemsDone(): number {
    let count = 0;
    for (const times of this.#items.visits.values()) count += times;
    return count;
  }

  /** Executions until one reports this kind of end; a run that has come to it already reports it again. */
  protected async until<Kind extends Outcome['kind']>(
    isEnd: (end: Outcome) => end is Outcome & { readonly kind: Kind },
  ): Promise<Outcome & { readonly kind: Kind }> {
    if (this.#last !== null && isEnd(this.#last)) return this.#last;
    const most = this.#options.mostExecutions ?? 10_000;
    for (let execution = 1; execution <= most; execution += 1) {
      const end = await this.#play('undisturbed');
      if (end.kind === 'thrown') throw end.error;
      if (end.kind === 'reported' && isEnd(end.outcome)) return end.outcome;
    }
    throw new Error(`The run is not at its end after ${most} executions.`);
  }

  /** The run is over: nothing more may be scheduled for it. */
  protected end(why: string): void {
    this.#over = why;
  }

  /**
   * Counts reports that brought nothing, as the Workflow does.
   *
   * @throws NoProgressError, as an ApplicationFailure, after too many in a row: the run has failed
   */
  protected limitFruitless(
    report: 'moved' | 'fruitless' | 'neither',
    { who, place }: { readonly who: string; readonly place: unknown },
  ): void {
    if (report === 'moved') this.#fruitless = 0;
    if (report === 'fruitless') this.#fruitless += 1;
    if (this.#fruitless <= maximumFruitlessInterruptions) return;
    const message = `${who} was interrupted more than ${maximumFruitlessInterruptions} times in a row without getting further.`;
    this.end(`has failed: ${message}`);
    throw noProgress(message, place);
  }

  /** An Activity that only clears what a store keeps of the run. */
  protected async cleanUp(input: Input): Promise<void> {
    const { end } = await mockExecution(this.#activity, input, {
      ...this.#mock(1, null),
      observe: (watching) => new ObservedItems().observe('undisturbed', watching),
    });
    if (end.kind === 'thrown') throw end.error;
  }

  protected warn(message: string, facts: Record<string, unknown>): void {
    this.#logger.warn(message, facts);
  }

  async #interrupted(after: number, word: StopWord, wanted: string): Promise<Outcome> {
    const outcome = reported(await this.#play({ stopAfter: after, word }));
    if (outcome.kind !== 'interrupted') throw new EndedOtherwiseError(wanted, outcome.kind);
    return outcome;
  }

  async #thrownOut(after: number, word: StopWord, wanted: string, sent: Sent): Promise<void> {
    const end = await this.#play({ stopAfter: after, word }, sent);
    if (end.kind !== 'thrown') throw new EndedOtherwiseError(wanted, reported(end).kind);
    const { error } = end;
    if (!(error instanceof CancelledFailure && error.message === word)) throw error;
  }

  /** @param sent which of its heartbeats had arrived where it reports nothing; default: of a killed one none, of one that throws all */
  async #play(early: EarlyEnd, sent?: Sent): Promise<MockedEnd<Outcome>> {
    if (this.#over !== null) throw new RunIsOverError(this.#over);
    this.#scheduled ??= this.schedule();
    const input = this.#scheduled;
    const before = this.#heartbeatDetails;
    const { end, heartbeat } = await mockExecution(this.#activity, input, {
      ...this.#mock(this.#attempt, before),
      observe: (watching) => this.#items.observe(early, watching),
    });
    if (end.kind !== 'reported') {
      this.#attempt += 1;
      const arrived = sent ?? (end.kind === 'killed' ? 'none' : 'all');
      this.#heartbeatDetails = throughJson(arrived === 'all' ? heartbeat : before);
      if (end.kind === 'thrown') this.#endIfFinal(end.error);
      return end;
    }
    this.#scheduled = null;
    this.#attempt = 1;
    this.#heartbeatDetails = null;
    this.#last = end.outcome;
    await this.takeIn(end.outcome);
    return end;
  }

  #mock(attempt: number, heartbeatDetails: unknown): MockedAttempt {
    const { workflowId = 'a-run', activityType } = this.#options;
    return { workflowId, activityType, attempt, heartbeatDetails, logger: this.#logger };
  }

  #endIfFinal(error: unknown): void {
    if (error instanceof ApplicationFailure && error.nonRetryable === true)
      this.end(`has failed, and its failure is not retried: ${error.message}`);
  }
}

function reported<Outcome>(end: MockedEnd<Outcome>): Outcome {
  switch (end.kind) {
    case 'reported':
      return end.outcome;
    case 'thrown':
      throw end.error;
    case 'killed':
      throw new EndedOtherwiseError('left alive', 'killed');
  }
}

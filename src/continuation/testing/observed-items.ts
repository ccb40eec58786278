/** What tests see of items: which were done, how often; and where an execution is made to end. */
import { CancelledFailure } from '@temporalio/activity';
import type { EncodedCursor } from '../cursor.js';
import { AttemptKilled, type AttemptObserver } from '../iteration/attempt-observer.js';

/** How an execution is to end early: after this many items, as on a worker that shuts down, or on one that is killed. */
export type PlannedEnd =
  | { readonly stopAfter: number }
  | { readonly killAfter: number }
  /** To its end, whatever that is. */
  | 'undisturbed';

/** Why an Activity is told to stop, in the SDK's words. */
export type StopWord = 'WORKER_SHUTDOWN' | 'CANCELLED' | 'PAUSED' | 'NOT_FOUND';

/** What only a server can say as well. */
export type EarlyEnd = PlannedEnd | { readonly stopAfter: number; readonly word: StopWord };

export interface Watching {
  /** Called when the execution dies. */
  readonly killed: () => void;
  /** Tells the execution to stop; default: by the observer's own signal, as a worker that shuts down. */
  readonly stop?: (word: StopWord) => void;
  /** Put before the items' cursors where several runs or steps are watched. */
  readonly prefix?: string;
}

export class ObservedItems {
  readonly #visits = new Map<string, number>();

  /** How often each item was done, by its cursor's JSON, in the order of their first visits. */
  get visits(): ReadonlyMap<string, number> {
    return this.#visits;
  }

  /** Items done again, each time counted: what a resume met that was done already. */
  get revisits(): number {
    let revisits = 0;
    for (const times of this.#visits.values()) revisits += times - 1;
    return revisits;
  }

  /** Watches one execution. */
  observe(end: EarlyEnd, { prefix = '', ...watching }: Watching): WatchedAttempt {
    return new WatchedAttempt(end, watching, (cursor) => {
      const name = `${prefix}${JSON.stringify(cursor)}`;
      this.#visits.set(name, (this.#visits.get(name) ?? 0) + 1);
    });
  }
}

/** One execution under watch. */
export class WatchedAttempt implements AttemptObserver {
  readonly #stopping = new AbortController();
  readonly #end: Exclude<EarlyEnd, string> | null;
  readonly #killed: () => void;
  readonly #stop: (word: StopWord) => void;
  readonly #note: (cursor: EncodedCursor) => void;
  #done = 0;
  #isKilled = false;
  #isStopped = false;

  constructor(
    end: EarlyEnd,
    { killed, stop }: Omit<Watching, 'prefix'>,
    note: (cursor: EncodedCursor) => void,
  ) {
    this.#end = end === 'undisturbed' ? null : end;
    this.#killed = killed;
    this.#stop = stop ?? ((word) => this.#stopping.abort(new CancelledFailure(word)));
    this.#note = note;
    this.#stopIfDue();
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Items that it has done so far. */
  get done(): number {
    return this.#done;
  }

  /** Whether it was told to stop. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  isKilled(): boolean {
    return this.#isKilled;
  }

  itemDone(cursor: EncodedCursor): Promise<never> | null {
    this.#note(cursor);
    this.#done += 1;
    this.#stopIfDue();
    return this.#isToDie ? this.kill() : null;
  }

  handsContext(): void {
    if (this.#done > 0 || !this.#isToDie) return;
    this.#die();
    throw new AttemptKilled();
  }

  kill(): Promise<never> {
    this.#die();
    return new Promise(() => undefined);
  }

  get #isToDie(): boolean {
    return this.#end !== null && 'killAfter' in this.#end && this.#done >= this.#end.killAfter;
  }

  #die(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    this.#killed();
  }

  #stopIfDue(): void {
    if (this.#end === null || !('stopAfter' in this.#end)) return;
    if (this.#isStopped || this.#done < this.#end.stopAfter) return;
    this.#isStopped = true;
    this.#stop('word' in this.#end ? this.#end.word : 'WORKER_SHUTDOWN');
  }
}

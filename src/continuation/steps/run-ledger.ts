/**
 * What a run has done so far, over all its executions: pure data and rules, no Temporal.
 *
 * L1  A completed step's result is kept and never computed again.
 * L2  Steps come in the order they came before; a step that is duplicate, nested, renamed or left out is an error that names it.
 * L3  Counts, cursor and resumptions survive continue-as-new exactly: `carry` and `resume` are inverse.
 */
import type { Batch, Counts, RunProgress, RunResult, RunTally } from '../checkpoint.js';
import { addCounts, emptyTally, tallyOf, tallyResumption } from '../checkpoint.js';
import { type Cursor, freezeCursor, type JsonValue, sameCursor } from '../cursor.js';

/** What continue-as-new carries over. Plain JSON; `version` lets a later release read it. */
export interface Continuation extends RunTally {
  readonly type: 'leftoff.continuation';
  readonly version: 1;
  readonly completed: readonly { readonly name: string; readonly result: JsonValue }[];
  readonly current: CurrentStep | null;
  /** The newest cursor of any step: the run's result names it, also when its step ended executions ago. */
  readonly lastCursor: Cursor | null;
  readonly executions: number;
}

export interface CurrentStep {
  readonly name: string;
  readonly cursor: Cursor | null;
  /** The last batch was interrupted: the next one is a resumption. */
  readonly interrupted: boolean;
  /** Interruptions in a row that brought no progress. */
  readonly fruitless: number;
}

export const firstExecution: Continuation = {
  type: 'leftoff.continuation',
  version: 1,
  completed: [],
  current: null,
  lastCursor: null,
  ...emptyTally,
  executions: 1,
};

export type StepStart =
  | { readonly kind: 'completed'; readonly result: JsonValue }
  | { readonly kind: 'started' }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'invalid'; readonly problem: string };

export class RunLedger {
  /** Names in the order met in this execution. */
  readonly #met: string[] = [];
  readonly #resumed: Continuation;
  #state: Continuation;
  #open: string | null = null;
  #advanced = false;

  constructor(carried: Continuation = firstExecution) {
    this.#resumed = carried;
    this.#state = carried;
  }

  /** Whether this execution has completed a step or moved a cursor: a checkpoint alone is no progress. */
  get advanced(): boolean {
    return this.#advanced;
  }

  get cursor(): Cursor | null {
    return this.#state.current?.cursor ?? null;
  }

  get lastCursor(): Cursor | null {
    return this.#state.lastCursor;
  }

  get fruitless(): number {
    return this.#state.current?.fruitless ?? 0;
  }

  /** Opens the step of this name, or says why it can't be opened (L2). */
  startStep(name: string): StepStart {
    const problem = this.#problemWith(name);
    if (problem !== null) return { kind: 'invalid', problem };
    const position = this.#met.push(name) - 1;
    const done = this.#resumed.completed[position];
    if (done !== undefined) return { kind: 'completed', result: done.result };
    this.#open = name;
    if (this.#state.current?.name === name) return { kind: 'resumed' };
    this.#state = { ...this.#state, current: { name, cursor: null, interrupted: false, fruitless: 0 } };
    return { kind: 'started' };
  }

  completeStep(name: string, result: JsonValue): void {
    this.#state = { ...this.#state, completed: [...this.#state.completed, { name, result }], current: null };
    this.#open = null;
    this.#advanced = true;
  }

  /** Moves the open step's cursor. Setting the same position again is no progress. */
  setCursor(cursor: Cursor): void {
    const current = this.#current();
    const copy = freezeCursor(cursor);
    const moved = !sameCursor(copy, current.cursor);
    this.#state = {
      ...this.#state,
      checkpoints: this.#state.checkpoints + 1,
      lastCursor: copy,
      current: { ...current, cursor: copy, fruitless: moved ? 0 : current.fruitless },
    };
    if (moved) this.#advanced = true;
  }

  count(counts: Counts): void {
    this.#state = { ...this.#state, counts: addCounts(this.#state.counts, counts) };
  }

  expectTotal(total: number): void {
    this.#state = { ...this.#state, total };
  }

  /** Takes in what a batch Activity reports: counts, resumption, cursor. */
  recordBatch(batch: Batch): void {
    const before = this.#current();
    if (before.interrupted || batch.attempt > 1) this.#resumedBy(batch, before.cursor);
    this.count(batch.counts);
    if (batch.total !== null) this.expectTotal(batch.total);
    const interrupted = batch.kind === 'interrupted';
    const moved = !sameCursor(batch.cursor, before.cursor);
    if (batch.cursor !== null && (interrupted || moved)) this.setCursor(batch.cursor);
    const stuck = interrupted && !moved;
    const current = this.#current();
    this.#state = {
      ...this.#state,
      current: { ...current, interrupted, fruitless: stuck ? before.fruitless + 1 : 0 },
    };
  }

  /** At the body's end: a step that was begun or completed before, but never called in this execution (L2). */
  problemAtEnd(): string | null {
    const expected = this.#resumed.completed.map(({ name }) => name);
    if (this.#resumed.current !== null) expected.push(this.#resumed.current.name);
    const missing = expected[this.#met.length];
    return missing === undefined
      ? null
      : `step '${missing}' was begun before and was not called on resume. ${this.#orders()}`;
  }

  /** What the next execution of the chain starts from. */
  carry(): Continuation {
    return { ...this.#state, executions: this.#state.executions + 1 };
  }

  progress(): RunProgress {
    const { current, executions } = this.#state;
    const { resumptions: _, ...tally } = tallyOf(this.#state);
    return { ...tally, step: current?.name ?? null, cursor: this.cursor, executions };
  }

  result(result: JsonValue): RunResult {
    const { lastCursor: cursor, executions } = this.#state;
    return { ...tallyOf(this.#state), cursor, executions, result };
  }

  #resumedBy(batch: Batch, resumedAfter: Cursor | null): void {
    const source = resumedAfter === null ? 'start' : 'history';
    const { attempt, counts } = batch;
    const resumption = { resumedAfter, source, attempt, revisited: counts.revisited } as const;
    this.#state = tallyResumption(this.#state, resumption);
  }

  #current(): CurrentStep {
    const current = this.#state.current;
    if (current === null || this.#open === null)
      throw new Error('A cursor is set inside a step, and no step is open.');
    return current;
  }

  #problemWith(name: string): string | null {
    if (name === '') return 'a step needs a name.';
    if (this.#open !== null) return `step '${name}' is nested in step '${this.#open}'.`;
    if (this.#met.includes(name)) return `step '${name}' is called twice.`;
    const expected = this.#resumed.completed[this.#met.length]?.name ?? this.#expectedCurrent();
    if (expected === null || expected === name) return null;
    return `step '${name}' was called where step '${expected}' was expected. ${this.#orders(name)}`;
  }

  #expectedCurrent(): string | null {
    return this.#met.length === this.#resumed.completed.length ? (this.#resumed.current?.name ?? null) : null;
  }

  #orders(next?: string): string {
    const before = [...this.#resumed.completed.map(({ name }) => name)];
    if (this.#resumed.current !== null) before.push(this.#resumed.current.name);
    const now = next === undefined ? this.#met : [...this.#met, next];
    return `Before: ${before.join(', ') || 'none'}; now: ${now.join(', ') || 'none'}.`;
  }
}

/**
 * The rules of a run's steps: which may start now, and whether the job may end. Pure.
 *
 * O1  On resume, steps come in the order they came before: one that is renamed, reordered or left out is a problem that names it.
 * O2  Steps run one after another, each once: duplicate, nested and concurrent ones are a problem that names them.
 * O3  A step whose body threw was not completed, also where the job caught that. The same step may be called again and goes
 *     on at its cursor; another one may not start and the job may not end, for the rest of it would be skipped silently.
 *
 * @see rails activejob/lib/active_job/continuation/validation.rb for O1 and O2
 */
import type { CompletedStep, Continuation } from './continuation.js';

const oneByOne = 'Await each step before the next one.';

export class StepOrder {
  /** Names in the order met in this execution. */
  readonly #met: string[] = [];
  readonly #completed: readonly CompletedStep[];
  readonly #inProgress: string | null;
  #open: string | null = null;
  #failed: string | null = null;

  /** @param carried what this execution started from */
  constructor(carried: Continuation) {
    this.#completed = carried.completed;
    this.#inProgress = carried.current?.name ?? null;
  }

  /** The step whose body runs now. */
  get open(): string | null {
    return this.#open;
  }

  /** Whether this step's body threw, and the job calls it again in the same execution (O3). */
  isRetry(name: string): boolean {
    return this.#failed === name;
  }

  /** Why the step of this name may not start now; null: it may. */
  problemWith(name: string): string | null {
    if (name === '') return 'a step needs a name.';
    if (this.#open !== null)
      return `step '${name}' is nested in step '${this.#open}', or called while that one still runs. ${oneByOne}`;
    if (this.isRetry(name)) return null;
    if (this.#failed !== null)
      return `step '${name}' was called after step '${this.#failed}' failed and was not completed. ${afterFailure(this.#failed)}`;
    if (this.#met.includes(name)) return `step '${name}' is called twice.`;
    const expected = this.#completed[this.#met.length]?.name ?? this.#expectedInProgress();
    if (expected === null || expected === name) return null;
    return `step '${name}' was called where step '${expected}' was expected. ${this.#orders(name)}`;
  }

  /** What an earlier execution recorded where the job is now; null: the next step runs in this execution. */
  recorded(): CompletedStep | null {
    return this.#completed[this.#met.length] ?? null;
  }

  skip(name: string): void {
    this.#met.push(name);
  }

  start(name: string): void {
    if (this.#failed === null) this.#met.push(name);
    this.#failed = null;
    this.#open = name;
  }

  complete(): void {
    this.#open = null;
  }

  fail(): void {
    this.#failed = this.#open;
    this.#open = null;
  }

  /** Why the job may not end now, in an end without an error; null: it may. */
  problemAtEnd(): string | null {
    if (this.#open !== null)
      return `the job ended while step '${this.#open}' still ran. Await it: what it had not done yet would be skipped.`;
    if (this.#failed !== null)
      return `the job ended after step '${this.#failed}' failed and was not completed. ${afterFailure(this.#failed)}`;
    const expected = this.#expectedNames();
    const missing = expected[this.#met.length];
    return missing === undefined
      ? null
      : `step '${missing}' was begun before and was not called on resume. ${this.#orders()}`;
  }

  #expectedInProgress(): string | null {
    return this.#met.length === this.#completed.length ? this.#inProgress : null;
  }

  #expectedNames(): string[] {
    const names = this.#completed.map(({ name }) => name);
    return this.#inProgress === null ? names : [...names, this.#inProgress];
  }

  #orders(next?: string): string {
    const now = next === undefined ? this.#met : [...this.#met, next];
    return `Before: ${this.#expectedNames().join(', ') || 'none'}; now: ${now.join(', ') || 'none'}.`;
  }
}

function afterFailure(failed: string): string {
  return `Let its error through, or call '${failed}' again: it goes on at its cursor.`;
}

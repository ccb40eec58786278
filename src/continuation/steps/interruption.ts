/**
 * An interruption that a job's own code can't swallow.
 *
 * I1  Once requested it holds: no catch, finally, Promise.all, Promise.race or later throw takes it back.
 * I2  Code after the checkpoint does not run: its promise never resolves. So a `finally` around it doesn't run either.
 * I3  A run that fails for a rule of the library's stops waiting for its body as well (`giveUp`).
 *
 * A plain `continueAsNew` throws, and a `try` around it would catch that; hence this flag, which `continuable` reads at the root.
 */
import type { ContinuationReason } from './continuation.js';

export class Interruption {
  #reason: ContinuationReason | null = null;
  #givenUp = false;
  readonly #requested: Promise<void>;
  #announce: () => void = () => undefined;

  constructor() {
    this.#requested = new Promise((resolve) => {
      this.#announce = resolve;
    });
  }

  get reason(): ContinuationReason | null {
    return this.#reason;
  }

  /** Stops here for good: the returned promise never settles. */
  request(reason: ContinuationReason): Promise<never> {
    this.#reason ??= reason;
    this.#announce();
    return this.halt();
  }

  /** Ends the guard's wait without an interruption: the run fails, whatever its body still waits for. */
  giveUp(): void {
    this.#givenUp = true;
    this.#announce();
  }

  /** Where a body that was interrupted, and doesn't know it, comes to stand: the returned promise never settles. */
  halt(): Promise<never> {
    return new Promise(() => undefined);
  }

  /**
   * Runs a body until it ends or is interrupted, whichever is first; an interruption wins over any end.
   *
   * @throws what the body throws, unless it was interrupted.
   */
  async guard<R>(
    body: () => Promise<R>,
  ): Promise<
    { kind: 'ended'; value: R } | { kind: 'interrupted'; reason: ContinuationReason } | { kind: 'given up' }
  > {
    const ended = body().then(
      (value) => ({ kind: 'ended', value }) as const,
      (error: unknown) => ({ kind: 'threw', error }) as const,
    );
    const first = await Promise.race([ended, this.#requested.then(() => ({ kind: 'interrupted' }) as const)]);
    if (this.#reason !== null) return { kind: 'interrupted', reason: this.#reason };
    if (first.kind === 'threw') throw first.error;
    if (first.kind === 'interrupted' && this.#givenUp) return { kind: 'given up' };
    if (first.kind === 'interrupted') throw new Error('An interruption was announced without its reason.');
    return first;
  }
}

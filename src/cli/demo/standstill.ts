/**
 * On stage nothing hangs: a wait in which nothing goes on comes to an end, with what stands in its way.
 *
 * W1  A wait may be long; its limit is the time without a sign that the work goes on.
 * W2  What stands in the way is looked for only then, and the wait ends with it.
 */
const lookEveryMs = 250;

export interface WatchedWait {
  /** Longest time without a sign of progress. */
  readonly limitMs: number;
  /** Finds out why nothing goes on; its answer ends the wait. */
  readonly reasonFor: (limitMs: number) => Promise<Error>;
}

export class Standstill {
  #lastSignMs = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A sign that the work goes on. */
  goesOn(): void {
    this.#lastSignMs = this.now();
  }

  /** @returns what the wait brings. @throws the reason when nothing went on for too long (W1) */
  async watch<T>(wait: Promise<T>, { limitMs, reasonFor }: WatchedWait): Promise<T> {
    this.goesOn();
    let looking: NodeJS.Timeout | undefined;
    const stoodStill = new Promise<never>((_, reject) => {
      looking = setInterval(() => {
        if (this.now() - this.#lastSignMs < limitMs) return;
        clearInterval(looking);
        reasonFor(limitMs).then(reject, reject);
      }, lookEveryMs);
    });
    try {
      return await Promise.race([wait, stoodStill]);
    } finally {
      clearInterval(looking);
    }
  }
}

/** This process' highest resident memory while it is watched. */
const everyMs = 100;
const bytesPerMb = 1024 * 1024;

export class MemoryPeak {
  #peak = 0;
  readonly #timer = setInterval(() => {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }, everyMs);

  /** Stops watching. @returns megabytes */
  stop(): number {
    clearInterval(this.#timer);
    return Math.round(this.#peak / bytesPerMb);
  }
}

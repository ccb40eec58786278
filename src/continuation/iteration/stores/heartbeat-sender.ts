/**
 * Sends heartbeats: the checkpoint travels as the Activity's heartbeat details, with every store.
 *
 * H1  `every` N: a checkpoint is offered after at least N items, and at most once per time budget, for a call costs about 0.1 ms.
 * H2  Durable at most one throttle window later; after SIGKILL what came since is met again.
 * H3  A timer keeps an item longer than the heartbeat timeout alive, and sends what an idle window left unsent.
 * H4  `flush` hands over the newest checkpoint whatever the budget says.
 * H5  With a cadence by time an offer is made when that says so, within the same budget. What the timer sends while an item is in
 *     hand takes nothing from what that item is seen to take.
 */
import type { ActivityAttempt } from '../activity-attempt.js';
import type { Cadence } from '../cadence.js';

/** At most one offer in this time: 0.1 ms a call would otherwise cost a fast loop a quarter of its throughput. */
export const offerBudgetMs = 100;

export interface HeartbeatSenderOptions {
  readonly attempt: ActivityAttempt;
  /** Items between two offers, at the least. */
  readonly every: number;
  /** By time instead; null: by number. Its clock is `now`. */
  readonly cadence?: Cadence | null;
  /** Makes the details to send; called once per offer. */
  readonly details: () => unknown;
  /** Told after each heartbeat, with the seconds that handing it over took. */
  readonly onSent?: (seconds: number) => void;
  /** Milliseconds, monotonic; a test may turn it. */
  readonly now?: () => number;
}

export class HeartbeatSender {
  readonly #options: HeartbeatSenderOptions;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout | null;
  #itemsSinceOffer = 0;
  #lastOfferMs = Number.NEGATIVE_INFINITY;
  /** When the newest item ended; null: none has. */
  #itemEndedMs: number | null = null;

  constructor(options: HeartbeatSenderOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    const timeoutMs = options.attempt.heartbeatTimeoutMs;
    // A quarter of the timeout: the SDK throttles to 0.8 of it, so that one late timer can't cost the attempt.
    // It is no reason to stay for a process that has nothing else to do.
    this.#timer =
      timeoutMs === null ? null : setInterval(() => this.flush(), Math.max(10, timeoutMs / 4)).unref();
  }

  /** Called after each item; offers a checkpoint when both cadence and budget allow. */
  advanced(items: number): void {
    const { every, cadence = null } = this.#options;
    this.#itemsSinceOffer += items;
    if (cadence === null && this.#itemsSinceOffer < every) return;
    const nowMs = this.#now();
    this.#itemEndedMs = nowMs;
    cadence?.advanced(nowMs, items);
    if (cadence?.isDue === false) return;
    if (nowMs - this.#lastOfferMs < offerBudgetMs) return;
    this.flush();
  }

  /** @param details what to send, where the caller hands the very same on */
  flush(details = this.#options.details()): void {
    const { attempt, cadence = null, onSent } = this.#options;
    const isCheckpoint = this.#itemsSinceOffer > 0;
    this.#itemsSinceOffer = 0;
    this.#lastOfferMs = this.#now();
    const beginsMs = performance.now();
    attempt.heartbeat(details);
    const tookMs = performance.now() - beginsMs;
    if (isCheckpoint && this.#itemEndedMs !== null) {
      cadence?.worked();
      cadence?.checkpointed(tookMs);
      cadence?.begin(this.#itemEndedMs + tookMs);
    } else if (this.#itemEndedMs === null) cadence?.begin(this.#now());
    onSent?.(tookMs / 1_000);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }
}

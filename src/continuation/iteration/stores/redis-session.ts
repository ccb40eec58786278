/**
 * One attempt's use of the redis store: when to write, and what to do while Redis is away.
 *
 * Never more than one write is under way, so that an outage can't fill the client's queue, and a write that comes late
 * can't overtake a newer one. What a write keeps is the newest checkpoint at its start.
 */
import type { Checkpoint } from '../../checkpoint.js';
import { FenceLostError, type SessionOptions, type StoreSession } from './checkpoint-store.js';
import { type Claim, keepCheckpoint, type Owner, type RedisClient } from './redis-script.js';

interface RedisSessionOptions extends Pick<SessionOptions, 'every' | 'cadence' | 'warn' | 'hears'> {
  readonly client: RedisClient;
  readonly owner: Owner;
  readonly answerMs: number;
  readonly retryMs: number;
  readonly stored: unknown;
  /** Where the claim had no answer, it may still be under way. */
  readonly unanswered: { readonly claim: Promise<Claim>; readonly error: unknown } | null;
  /** Bounds a wait. @throws what the answer is, or that there was none */
  readonly answered: <T>(answer: Promise<T>) => Promise<T>;
}

export class RedisSession implements StoreSession<null> {
  readonly stored: unknown;
  readonly #options: RedisSessionOptions;
  #newest: Checkpoint | null = null;
  /** Items done since the newest checkpoint that Redis has. */
  #unkept = 0;
  #underWay: Promise<void> | null = null;
  #outage: { readonly sinceMs: number; retryAtMs: number } | null = null;
  #state: 'open' | 'lost' | 'closed' = 'open';

  constructor(options: RedisSessionOptions) {
    this.#options = options;
    this.stored = options.stored;
    if (options.unanswered === null) return;
    this.#isAway(options.unanswered.error);
    this.#underWay = options.unanswered.claim.then(
      ({ kind }) => this.#answers(kind, Number.POSITIVE_INFINITY),
      (error: unknown) => this.#isAway(error),
    );
    this.#forgetWhenDone();
  }

  async item<Result>(
    work: (transaction: null) => Promise<Result>,
    checkpointAfter: (result: Result) => Checkpoint,
    size = 1,
  ): Promise<Result> {
    this.#refuseIfLost();
    const result = await work(null);
    this.#newest = checkpointAfter(result);
    this.#unkept += size;
    if (!this.#isDue(size)) return result;
    if (this.#outage === null) await this.#keepNewest();
    else if (this.#underWay === null && performance.now() >= this.#outage.retryAtMs) void this.#write();
    this.#refuseIfLost();
    return result;
  }

  #isDue(items: number): boolean {
    const { every, cadence } = this.#options;
    if (cadence === undefined) return this.#unkept >= every;
    cadence.advanced(performance.now(), items);
    return cadence.isDue;
  }

  async flush(checkpoint: Checkpoint): Promise<void> {
    this.#refuseIfLost();
    this.#newest = checkpoint;
    await this.#keepNewest();
    this.#refuseIfLost();
  }

  async close(): Promise<void> {
    this.#state = 'closed';
  }

  /** Waits for an answer, but not for long; never throws. */
  async #keepNewest(): Promise<void> {
    const kept = (async () => {
      // Late is better than never: when an outage ends, the newest is what is written.
      while (this.#underWay !== null) await this.#underWay;
      await this.#write();
    })();
    await this.#options.answered(kept).catch((error: unknown) => this.#isAway(error));
  }

  #write(): Promise<void> {
    const checkpoint = this.#newest;
    if (checkpoint === null || this.#state !== 'open') return Promise.resolve();
    const { client, owner, unanswered, cadence, answerMs } = this.#options;
    const items = this.#unkept;
    cadence?.worked();
    const startedMs = performance.now();
    const kept = {
      sequence: checkpoint.sequence,
      json: JSON.stringify(checkpoint),
      claimWasAnswered: unanswered === null,
    };
    this.#underWay = keepCheckpoint(client, owner, kept).then(
      (verdict) => {
        this.#unkept -= items;
        const tookMs = performance.now() - startedMs;
        // Longer than that no item waited for it.
        cadence?.checkpointed(Math.min(tookMs, answerMs));
        cadence?.begin(performance.now());
        if (verdict !== 'refused') this.#options.hears?.kept(tookMs / 1_000);
        this.#answers(verdict, tookMs);
      },
      (error: unknown) => this.#isAway(error),
    );
    return this.#forgetWhenDone();
  }

  #forgetWhenDone(): Promise<void> {
    const done = (this.#underWay ?? Promise.resolve()).then(() => {
      this.#underWay = null;
    });
    this.#underWay = done;
    return done;
  }

  #answers(verdict: 'claimed' | 'kept' | 'refused', tookMs: number): void {
    if (verdict === 'refused' && this.#state === 'open') this.#state = 'lost';
    if (this.#outage === null) return;
    if (tookMs > this.#options.answerMs) {
      // It lives, but what was asked long ago says nothing of how it answers now: the next item asks again.
      this.#outage.retryAtMs = 0;
      return;
    }
    const awayMs = Math.round(performance.now() - this.#outage.sinceMs);
    this.#outage = null;
    if (this.#state === 'closed') return;
    this.#options.warn('Redis answers again: checkpoints are kept there from now on', {
      ...this.#options.owner.key,
      awayMs,
    });
  }

  #isAway(error: unknown): void {
    if (this.#state !== 'closed') this.#options.hears?.unreachable();
    const retryAtMs = performance.now() + this.#options.retryMs;
    if (this.#outage !== null) {
      this.#outage.retryAtMs = retryAtMs;
      return;
    }
    this.#outage = { sinceMs: performance.now(), retryAtMs };
    if (this.#state === 'closed') return;
    this.#options.warn('Redis is away: until it is back, only the heartbeat keeps checkpoints', {
      ...this.#options.owner.key,
      error: error instanceof Error ? error.message : String(error),
    });
  }

  #refuseIfLost(): void {
    const { key, epoch } = this.#options.owner;
    if (this.#state === 'lost') throw new FenceLostError(key, epoch);
  }
}

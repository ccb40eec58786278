/**
 * A cadence by time at work: measures items and checkpoints, and says after each item whether a checkpoint is due. No clock of its
 * own: milliseconds are handed in, of any clock that doesn't go back.
 *
 * K1  Due once the interval of work is full, or the next item would carry it past `redoMs`. It is asked after each item: never less
 *     than one. So a lost worker's redone work is at most
 *
 *       interval + the item in hand,  within redoMs unless that item takes longer than any did lately
 *
 *     whatever items cost from here on. What a store adds (a heartbeat's throttle window) comes on top.
 * K2  The interval follows from the median of the newest costs: a lasting change is taken up with the third checkpoint, one that is
 *     slow once changes nothing.
 * K3  It begins at a tenth of `redoMs`, and at most doubles with each checkpoint.
 * K4  Items play no part in it: a slow first one, or ones that change their cost, can't make it swing.
 */
import {
  boundsOf,
  type CadenceBounds,
  type CadenceInForce,
  type CheckpointEvery,
  checkpointCostMs,
  intervalMs,
  maximumCostsKept,
} from '../checkpoint-cadence.js';

const fastestGrowth = 2;
const firstShare = 0.1;

/** How soon a slow item is forgotten: by half with each one after it. */
const slownessKept = 0.5;

export class Cadence {
  readonly #bounds: CadenceBounds;
  readonly #leastMs: number;
  #everyMs: number;
  #costsMs: readonly number[];
  #itemMs: number | null;
  #beganMs: number;
  #newestMs: number;
  #items = 0;
  #slowestMs = 0;

  /**
   * @param learnt what a cadence before it had measured: it goes on from there
   * @param leastMs a shorter interval is none to whoever makes its checkpoints, and not to be told of
   */
  constructor(
    bounds: CadenceBounds,
    nowMs: number,
    {
      learnt = null,
      leastMs = 0,
    }: { readonly learnt?: CadenceInForce | null; readonly leastMs?: number } = {},
  ) {
    this.#bounds = bounds;
    this.#leastMs = leastMs;
    const everyMs = learnt === null ? bounds.redoMs * firstShare : Math.min(learnt.everyMs, bounds.redoMs);
    this.#everyMs = Math.max(leastMs, everyMs);
    this.#costsMs = learnt?.costsMs ?? [];
    this.#itemMs = learnt?.itemMs ?? null;
    this.#beganMs = nowMs;
    this.#newestMs = nowMs;
  }

  /** Work begins, or goes on after a checkpoint. */
  begin(nowMs: number): void {
    this.#beganMs = nowMs;
    this.#newestMs = nowMs;
    this.#items = 0;
  }

  /** So many items were done by now. */
  advanced(nowMs: number, items: number): void {
    const tookMs = nowMs - this.#newestMs;
    this.#slowestMs = Math.max(tookMs, this.#slowestMs * slownessKept);
    this.#newestMs = nowMs;
    this.#items += items;
  }

  /** Whether a checkpoint is due (K1). */
  get isDue(): boolean {
    if (this.#items === 0) return false;
    const workedMs = this.#newestMs - this.#beganMs;
    return workedMs >= this.#everyMs || workedMs + this.#slowestMs > this.#bounds.redoMs;
  }

  /** The interval's work is over: what its items took is known. */
  worked(): void {
    if (this.#items > 0) this.#itemMs = (this.#newestMs - this.#beganMs) / this.#items;
  }

  /** A checkpoint cost so much (K2, K3). */
  checkpointed(costMs: number): void {
    this.#costsMs = [...this.#costsMs, Math.max(0, rounded(costMs))].slice(-maximumCostsKept);
    const wanted = intervalMs(checkpointCostMs({ costsMs: this.#costsMs }) ?? 0, this.#bounds);
    const everyMs = Math.min(wanted, Math.max(this.#everyMs, smallestMs) * fastestGrowth);
    this.#everyMs = Math.max(this.#leastMs, everyMs);
  }

  get inForce(): CadenceInForce {
    const itemMs = this.#itemMs === null ? null : rounded(this.#itemMs);
    return { everyMs: rounded(this.#everyMs), itemMs, costsMs: this.#costsMs };
  }

  /** About how many items one checkpoint covers, for reading ahead; undefined: not known yet. */
  get expectedItems(): number | undefined {
    if (this.#itemMs === null || this.#itemMs === 0) return undefined;
    return Math.max(1, Math.ceil(this.#everyMs / this.#itemMs));
  }
}

/** From here an interval can grow again that checkpoints without a cost had brought to nothing. */
const smallestMs = 0.1;

/** To the microsecond: what is written with each checkpoint stays short. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/** Null: the checkpoints go by number. */
export function cadenceOf(every: CheckpointEvery, nowMs: number, leastMs = 0): Cadence | null {
  return typeof every === 'number' ? null : new Cadence(boundsOf(every), nowMs, { leastMs });
}

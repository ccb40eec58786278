/**
 * How far apart checkpoints are: every N items, or `auto`, by time. The words, the bounds and the formula; pure.
 *
 * `auto` is held between two bounds. Let C be what one checkpoint costs, R = `redoMs`, V = `overhead`:
 *
 *   C / V  <=  interval  <=  R       the left is the overhead's, the right is that of redone work
 *   interval = sqrt(C / V * R)       their geometric middle: as far, by factor, from breaking one as the other
 *
 * Young's optimum for a mean time between failures M is sqrt(2 * C * M): the same with M = R / (2 * V), 25 s at the defaults. With
 * workers that live for longer than that, as they do, it lies beyond R, and R is what one asked for: `auto` pays a little more
 * overhead than the optimum, within V, for less work to do again.
 *
 * Where C / V > R both can't be kept: then the interval is R. What is done again has perhaps been paid for before, and comes at the
 * worst of times; the overhead is only slow, and is shown.
 *
 * @see J. W. Young, A first order approximation to the optimum checkpoint interval, CACM 17 (1974)
 */

/** The bounds of a cadence by time. */
export interface CadenceBounds {
  /** Milliseconds of work that a lost worker may cost, at the most; default 1,000. An item that takes longer is done again whole. */
  readonly redoMs: number;
  /** What checkpoints may cost, as a share of the work: 0.02, the default, is 2 %. Gives way where `redoMs` can't be kept otherwise. */
  readonly overhead: number;
}

/** By time: `auto` within the default bounds, or within others. */
export type ByTime = 'auto' | { readonly [Bound in keyof CadenceBounds]?: number | undefined };

/** Items between two checkpoints, or by time. */
export type CheckpointEvery = number | ByTime;

/** A cadence by time as it stands: what it has measured, and what it makes of it. */
export interface CadenceInForce {
  /** Milliseconds of work between two checkpoints. */
  readonly everyMs: number;
  /** What an item took of late, in milliseconds; null: not known yet. */
  readonly itemMs: number | null;
  /** What the newest checkpoints cost, in milliseconds, newest last; at most `maximumCostsKept`. */
  readonly costsMs: readonly number[];
}

export const defaultBounds: CadenceBounds = { redoMs: 1_000, overhead: 0.02 };

/** Where nothing is said: a step's batches, and the runs that the CLI starts. */
export const defaultCheckpointEvery: CheckpointEvery = 'auto';

/** The median of so many says what a checkpoint costs: neither one that waited for a worker nor a disk that stalled once. */
export const maximumCostsKept = 5;

export function boundsOf(every: ByTime): CadenceBounds {
  if (every === 'auto') return defaultBounds;
  const { redoMs = defaultBounds.redoMs, overhead = defaultBounds.overhead } = every;
  return { redoMs, overhead };
}

/** What a checkpoint costs, in milliseconds: the median, of two the lower; null: none was measured yet. */
export function checkpointCostMs({ costsMs }: Pick<CadenceInForce, 'costsMs'>): number | null {
  return [...costsMs].sort((a, b) => a - b)[Math.floor((costsMs.length - 1) / 2)] ?? null;
}

/** The interval that the formula says, in milliseconds of work. */
export function intervalMs(costMs: number, { redoMs, overhead }: CadenceBounds): number {
  return Math.min(redoMs, Math.sqrt((costMs / overhead) * redoMs));
}

/** What a cadence in force comes to, as it is shown. */
export interface CadenceShown {
  readonly everyMs: number;
  /** About so many items, one at the least; null: not known yet. */
  readonly items: number | null;
  readonly itemMs: number | null;
  readonly checkpointMs: number | null;
  /** Checkpoints' cost as a share of the work between two of them; null: not known yet. */
  readonly overhead: number | null;
}

export function showCadence(inForce: CadenceInForce): CadenceShown {
  const { everyMs, itemMs } = inForce;
  const checkpointMs = checkpointCostMs(inForce);
  // No checkpoint covers less than an item.
  const workMs = Math.max(everyMs, itemMs ?? 0);
  return {
    everyMs: Math.round(workMs),
    items: itemMs === null || itemMs === 0 ? null : Math.max(1, Math.round(everyMs / itemMs)),
    itemMs,
    checkpointMs,
    overhead: checkpointMs === null || workMs === 0 ? null : Number((checkpointMs / workMs).toFixed(4)),
  };
}

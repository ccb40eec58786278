/** How fast a run goes, over the last seconds, and when it will be done. Pure. */

/** Long enough to be calm, short enough to notice a kill. */
const windowMs = 8_000;

export class RateMeter {
  #points: { readonly done: number; readonly atMs: number }[] = [];

  add(done: number, atMs: number): void {
    this.#points.push({ done, atMs });
    while (this.#points.length > 2 && atMs - (this.#points[0]?.atMs ?? atMs) > windowMs) this.#points.shift();
  }

  /** Items a second; 0 until there are two readings. */
  perSecond(): number {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    return ((last.done - first.done) * 1_000) / (last.atMs - first.atMs);
  }
}

/** `, ETA 12 s`; empty where it can't be known. */
export function describeEta(total: number | null, done: number, perSecond: number): string {
  if (total === null || perSecond <= 0 || done >= total) return '';
  return `, ETA ${describeSeconds((total - done) / perSecond)}`;
}

export function describeSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

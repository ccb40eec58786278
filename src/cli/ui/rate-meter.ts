/** How fast a run goes, over the last seconds, and when it will be done. Pure. */

/** Long enough to be calm, short enough to notice a kill. */
const windowMs = 8_000;

export class RateMeter {
  #points: { readonly done: number; readonly atMs: number }[] = [];

  add(done: number, atMs: number): void {
    this.#points.push({ done, atMs });
    while (this.#points.length > 2 && atMs - (this.#points[0]?.atMs ?? atMs) > windowMs) this.#points.shift();
  }

  /** Items a second; null until there are two readings. */
  perSecond(): number | null {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
    return ((last.done - first.done) * 1_000) / (last.atMs - first.atMs);
  }
}

/** `2.5/s, ETA 12 s`; without the ETA where it can't be known, empty with no rate yet. */
export function describePace(total: number | null, done: number, perSecond: number | null): string {
  if (perSecond === null) return '';
  const rate = `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`;
  if (total === null || perSecond <= 0 || done >= total) return rate;
  return `${rate}, ETA ${describeSeconds((total - done) / perSecond)}`;
}

export function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

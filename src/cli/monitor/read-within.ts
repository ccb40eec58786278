/**
 * Reads one after the other for so long and no longer, and gives what was read by then.
 *
 * B1  Whatever has waited longest is read first: where the time is never enough for all, each has its turn.
 * B2  The time that was left bounds no single reading: one that has begun is waited for.
 */

/** @param lastReadMs by `performance.now()`; never: `-Infinity` */
export async function readWithin<K, V>(
  keys: readonly K[],
  { limitMs, lastReadMs, read }: ReadWithin<K, V>,
): Promise<Map<K, V>> {
  const done = new Map<K, V>();
  const endMs = performance.now() + limitMs;
  const waiting = keys.map((key) => ({ key, sinceMs: lastReadMs(key) }));
  waiting.sort((a, b) => (a.sinceMs === b.sinceMs ? 0 : a.sinceMs - b.sinceMs));
  for (const { key } of waiting) {
    if (performance.now() >= endMs) break;
    done.set(key, await read(key));
  }
  return done;
}

export interface ReadWithin<K, V> {
  readonly limitMs: number;
  readonly lastReadMs: (key: K) => number;
  readonly read: (key: K) => Promise<V>;
}

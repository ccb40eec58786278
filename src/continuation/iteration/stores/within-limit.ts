/** Waits for something that may never come: a server that is frozen keeps no clock of its own. */

/** Node's longest timer: 24 days. What may take longer has no limit. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * What `promise` comes to, if it does within `limitMs` milliseconds; `Infinity`: no limit.
 *
 * @throws what `promise` throws; after the limit `atLimit()`, and what `promise` comes to then is ignored
 */
export async function withinLimit<T>(promise: Promise<T>, limitMs: number, atLimit: () => Error): Promise<T> {
  if (limitMs > longestTimerMs) return promise;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(atLimit()), limitMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

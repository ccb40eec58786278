/** Waits for something that may never come: a server that is frozen keeps no clock of its own. */

/** Node's longest timer: 24 days. What may take longer has no limit. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * What `promise` comes to, if it does within `limitMs` milliseconds; `Infinity`: no limit.
 *
 * @param asThrown what an error is thrown as; default: as it is
 * @throws what `promise` throws; after the limit `atLimit()`, and what `promise` comes to then is ignored
 */
export function withinLimit<T>(
  promise: Promise<T>,
  limitMs: number,
  atLimit: () => Error,
  asThrown: (error: unknown) => unknown = (error) => error,
): Promise<T> {
  // One promise and no race: each statement of each item comes through here.
  return new Promise((resolve, reject) => {
    const timer =
      limitMs > longestTimerMs ? undefined : setTimeout(() => reject(asThrown(atLimit())), limitMs);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(asThrown(error));
      },
    );
  });
}

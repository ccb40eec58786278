/** The work's outcome, or the signal's reason as soon as that is aborted: for work that bounds its time, but hears of no signal. */
export function unlessCalledOff<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const calledOff = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, calledOff]);
}

/** The work's outcome, or the signal's reason as soon as that is aborted: for work that bounds its time, but hears of no signal. */
export function unlessCalledOff<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const calledOff = untilCalledOff(signal).then(() => {
    throw signal.reason;
  });
  return Promise.race([work, calledOff]);
}

/** Resolves once it is aborted; at once where it is already, for a signal tells that nobody who comes later. */
export function untilCalledOff(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

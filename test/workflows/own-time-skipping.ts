/** A time-skipping server of a test file's own: there before its tests, without a worker after each, gone after the last. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type TimeSkipping, timeSkipping } from './time-skipping.js';

/** Call it at the top of a test file; what it returns is there from the first `beforeAll` after it. */
export function ownTimeSkipping(workflows: string): Omit<TimeSkipping, 'tearDown'> {
  let own: TimeSkipping | null = null;
  const there = (): TimeSkipping => {
    if (own === null) throw new Error('The server is started in beforeAll: not there yet.');
    return own;
  };
  beforeAll(async () => {
    own = await timeSkipping(workflows);
  });
  afterEach(() => there().stopWorkers());
  afterAll(() => own?.tearDown());
  return {
    get environment() {
      return there().environment;
    },
    startWorker: (activities, options) => there().startWorker(activities, options),
    stopWorkers: () => there().stopWorkers(),
  };
}

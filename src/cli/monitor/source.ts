/**
 * A source that is read again and again, by itself: one that hangs or is away holds up no other.
 *
 * S1  Every reading has a limit; what comes later is not waited for.
 * S2  Reading takes a small part of the time, also where it takes long: the work itself needs the machine.
 * S3  An outage is told with its first failure and again while it lasts; the value before it is kept.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { withinLimit } from '../../continuation/iteration/stores/within-limit.js';
import { type PartName, partLabels } from '../../stack/addresses.js';
import { UserError } from '../../user-error.js';
import { translateError } from '../translate-error.js';
import type { Absence, Reading } from './readings.js';
import { lastTold } from './readings.js';

export interface Source<T> {
  /** How an outage is named. */
  readonly name: string;
  readonly read: () => Promise<T>;
  /** Between two readings; S2 may make it longer. */
  readonly pauseMs: (value: T | null) => number;
  readonly limitMs: number;
  /** Lets go of connections, without waiting for them. */
  readonly close: () => void;
}

/** Between two readings, in times of what the last one took. */
const pausePerReading = 10;
const longestPauseMs = 5_000;

/** The part is known not to run: no call was made. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';

  constructor(readonly part: PartName) {
    super(`${partLabels[part]} is not running`);
  }
}

/** One reading, whatever happens. */
export async function readOnce<T>(source: Source<T>, before: Reading<T>): Promise<Reading<T>> {
  try {
    const tooLate = () => new UserError(`${source.name} does not answer.`, '');
    const value = await withinLimit(source.read(), source.limitMs, tooLate);
    return { kind: 'told', told: { value, atMs: Date.now() } };
  } catch (error) {
    return { kind: 'away', why: absence(source, error), last: lastTold(before) };
  }
}

/** Reads until the signal says so, and tells each reading. */
export async function readOnAndOn<T>(
  source: Source<T>,
  first: Reading<T>,
  tell: (reading: Reading<T>) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let reading = first;
  while (!signal.aborted) {
    const startedMs = performance.now();
    reading = await readOnce(source, reading);
    const tookMs = performance.now() - startedMs;
    if (signal.aborted) return;
    await tell(reading);
    const wantedMs = source.pauseMs(reading.kind === 'told' ? reading.told.value : null);
    const pauseMs = reading.kind === 'told' ? Math.max(wantedMs, tookMs * pausePerReading) : wantedMs;
    await delay(Math.min(longestPauseMs, pauseMs), undefined, { signal }).catch(() => undefined);
  }
}

function absence({ name }: Pick<Source<unknown>, 'name'>, error: unknown): Absence {
  if (error instanceof NotRunning) return { kind: 'not running', words: error.message };
  const told = translateError(error);
  const words = told instanceof Error ? told.message : String(told);
  return { kind: 'silent', words: words === '' ? `${name} does not answer` : words.replace(/\.$/, '') };
}

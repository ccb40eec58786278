/** A step's cursor as its body holds it: encoded, watched for changes in place, moved on by one. Pure. */
import type { ApplicationFailure } from '@temporalio/workflow';
import {
  type Cursor,
  CursorTooLargeError,
  decodeValue,
  type EncodedCursor,
  encodeCursor,
  InvalidCursorError,
  sameCursor,
} from '../cursor.js';
import { invalidCursor } from './continuation-errors.js';

/** A cursor that the body holds as well, with what it was when it got or gave it. */
export interface Watched<C> {
  readonly cursor: C;
  readonly encoded: EncodedCursor;
}

/** Encodes a cursor; one that is refused fails the run. */
export function encodeStepCursor(
  cursor: Cursor,
  fail: (failure: ApplicationFailure) => never,
): EncodedCursor {
  try {
    return encodeCursor(cursor);
  } catch (error) {
    if (error instanceof InvalidCursorError || error instanceof CursorTooLargeError)
      return fail(invalidCursor(error));
    throw error;
  }
}

/** What `advance` moves an integer to; null where there is none that is exact. */
export function oneMore(cursor: Cursor | null): Cursor | null {
  if (typeof cursor === 'bigint') return cursor + 1n;
  return typeof cursor === 'number' && Number.isSafeInteger(cursor) && Number.isSafeInteger(cursor + 1)
    ? cursor + 1
    : null;
}

/** What kind of cursor it is, for whoever can't advance it. */
export function describeType(cursor: Cursor | null): string {
  if (cursor === null) return 'null (nothing was set yet, and the step has no start)';
  if (typeof cursor === 'number')
    return Number.isInteger(cursor) ? 'an integer with no exact next one' : 'a fraction';
  if (Array.isArray(cursor)) return 'an array';
  if (Object.prototype.toString.call(cursor) === '[object Date]') return 'a Date';
  return typeof cursor === 'object' ? 'an object' : `a ${typeof cursor}`;
}

/** Whether it is what `encodeCursor` writes: of a bearable size, and read back the same. */
export function isEncoded(cursor: EncodedCursor): boolean {
  try {
    return sameCursor(encodeCursor(decodeValue<Cursor>(cursor)), cursor);
  } catch {
    return false;
  }
}

/** Whether the cursor, as its body has changed it, is this position. */
export function isNow(changed: Cursor, position: EncodedCursor): boolean {
  try {
    return sameCursor(encodeCursor(changed), position);
  } catch {
    return false;
  }
}

/** Whether the body has changed it in place. */
export function hasChanged(watched: Watched<Cursor> | null): boolean {
  if (watched === null || typeof watched.cursor !== 'object') return false;
  try {
    return !sameCursor(encodeCursor(watched.cursor), watched.encoded);
  } catch {
    return true;
  }
}

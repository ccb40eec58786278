/**
 * A cursor: the position that a run resumes *after*.
 *
 * C1  Its JSON round trip is exact: a bigint and a Date too, which are written as `{ $bigint }` and `{ $date }`.
 *     A timestamp finer than a Date's milliseconds is a string, as PostgreSQL prints it.
 * C2  A value that JSON would change or drop is refused where it is set, with the path of the offending part.
 * C3  `null` means "nothing done yet" and so is never a cursor; 0, '' and false are.
 * C4  One that is too large for the history it is written to again and again is refused with its size, and so is one that
 *     is nested too deep, however small: neither costs more than reading as far as the limit.
 */
import { describeClass, isPlainObject } from './plain-data.js';

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** What a cursor may be made of. */
export type CursorPart =
  | null
  | boolean
  | number
  | string
  | bigint
  | Date
  | readonly CursorPart[]
  | { readonly [key: string]: CursorPart };

/** A value that can be a cursor (C3). A tuple stays a tuple; an object type must be a `type`, not an `interface`. */
export type Cursor = Exclude<CursorPart, null>;

/** A cursor as it stands in checkpoints, Workflow history and stores: plain JSON. */
export type EncodedCursor = Exclude<JsonValue, null>;

/**
 * The most bytes that a cursor's JSON may have. It is written twice in each three events of a step's history, which may
 * have 50 MiB: a thousand events (the limit at which a run continues as new) then stay well below.
 */
export const maximumCursorBytes = 16 * 1024;

/** Where the counting stops: far enough that a cursor which is only just too large is told its size. */
const bytesCounted = 4 * maximumCursorBytes;

/** Levels of arrays and objects in each other. A stack holds many more, also where JSON is read back. */
const deepestCursor = 100;
const deepestValue = 1_000;

/** The size of a JSON text in bytes where that is more than `maximumCursorBytes`; null: it isn't. */
export function excessiveBytes(text: string): number | null {
  // A character has at most three bytes for each of its UTF-16 units, so that most texts needn't be measured.
  if (text.length * 3 <= maximumCursorBytes) return null;
  const bytes = new TextEncoder().encode(text).length;
  return bytes > maximumCursorBytes ? bytes : null;
}

/** A cursor that JSON can't carry exactly. */
export class InvalidCursorError extends Error {
  override readonly name: string = 'InvalidCursorError';

  constructor(
    /** Where in the cursor the offending part stands, such as `cursor.items[2]`. */
    readonly path: string,
    found: string,
    why = "which JSON can't carry exactly. Use a string, a finite number, a bigint, a Date, a boolean, an array or a plain object",
  ) {
    super(`${path} is ${found}, ${why}.`);
  }
}

/** A cursor that is too large to be written with every checkpoint. */
export class CursorTooLargeError extends Error {
  override readonly name = 'CursorTooLargeError';

  constructor(
    readonly bytes: number,
    counted: 'all' | 'as far as that' = 'all',
  ) {
    super(
      `The cursor has ${counted === 'all' ? bytes : `more than ${bytes}`} bytes as JSON, and may have ${maximumCursorBytes}: it is written with every checkpoint. Keep a position in it (a key), and what belongs to the position elsewhere.`,
    );
  }
}

/**
 * Checks a cursor and copies it into what checkpoints carry.
 *
 * @throws InvalidCursorError naming the path of what JSON would change or drop; CursorTooLargeError
 */
export function encodeCursor(cursor: Cursor): EncodedCursor {
  const encoded = encodePart(cursor, 'cursor', {
    nullable: false,
    around: [],
    size: { bytes: 0, most: bytesCounted, deepest: deepestCursor },
  });
  // Most are a key alone, which needs no copy.
  if (typeof encoded === 'number' || typeof encoded === 'boolean') return encoded;
  const text = JSON.stringify(encoded);
  const bytes = excessiveBytes(text);
  if (bytes !== null) throw new CursorTooLargeError(bytes);
  return JSON.parse(text);
}

/**
 * Reads a cursor back, deeply frozen: a change in place can't pass for progress. That it has the type it was written
 * with is for its enumerator to check.
 */
export function decodeCursor<C extends Cursor>(encoded: EncodedCursor): C {
  return decodeValue(encoded);
}

/**
 * Any value that a cursor could hold, null too, as JSON: for a step's result or an Activity's input.
 *
 * @throws InvalidCursorError with a path that begins with `whose`
 */
export function encodeValue(value: unknown, whose = 'value'): JsonValue {
  return encodePart(value, whose, {
    nullable: true,
    around: [],
    size: { bytes: 0, most: Number.POSITIVE_INFINITY, deepest: deepestValue },
  });
}

/** The inverse of `encodeValue`; what it returns is deeply frozen. */
export function decodeValue<V>(encoded: JsonValue): V {
  return JSON.parse(JSON.stringify(encoded), revive);
}

/** Whether two encoded cursors are the same position; the order of an object's keys doesn't count. */
export function sameCursor(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (isArray(a) || isArray(b)) {
    return (
      isArray(a) &&
      isArray(b) &&
      a.length === b.length &&
      a.every((part, i) => sameCursor(part, b[i] ?? null))
    );
  }
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameCursor(a[key] ?? null, b[key] ?? null))
  );
}

/** Where a value stands: what it is part of, from the outside in, and whether null may stand there (C3). */
interface Place {
  readonly nullable: boolean;
  readonly around: readonly object[];
  readonly size: Size;
}

/** What the whole has come to so far, in bytes that its JSON has at the least, and what it may come to (C4). */
interface Size {
  bytes: number;
  readonly most: number;
  readonly deepest: number;
}

function encodePart(value: unknown, path: string, { nullable, around, size }: Place): JsonValue {
  if (value === null) {
    if (nullable) return counted(null, 1, size);
    throw new InvalidCursorError(path, 'null (it stands for "nothing done yet")');
  }
  switch (typeof value) {
    case 'string':
      return counted(value, value.length + 2, size);
    case 'boolean':
      return counted(value, 1, size);
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return counted(value, 1, size);
      throw new InvalidCursorError(path, Object.is(value, -0) ? '-0' : String(value));
    case 'bigint': {
      const digits = String(value);
      return counted({ $bigint: digits }, digits.length, size);
    }
    case 'object':
      if (around.includes(value)) throw new InvalidCursorError(path, 'a part that contains itself');
      if (around.length >= size.deepest)
        throw new InvalidCursorError(
          path,
          `more than ${size.deepest} levels deep`,
          'deeper than it can be relied on to be written and read. Keep a position in it, and what belongs to the position elsewhere',
        );
      return encodeObject(value, path, { nullable: true, around: [...around, value], size });
    default:
      throw new InvalidCursorError(path, `of type ${typeof value}`);
  }
}

/** @throws CursorTooLargeError once that is certain: what is shared a million times over is never written out */
function counted<Part extends JsonValue>(part: Part, bytes: number, size: Size): Part {
  size.bytes += bytes;
  if (size.bytes > size.most) throw new CursorTooLargeError(size.most, 'as far as that');
  return part;
}

function encodeObject(value: object, path: string, within: Place): JsonValue {
  if (Object.prototype.toString.call(value) === '[object Date]') return encodeDate(value, path);
  if (Array.isArray(value)) return encodeArray(value, path, within);
  if (!isPlainObject(value)) throw new InvalidCursorError(path, describeClass(value));
  const keys = Reflect.ownKeys(value);
  if (keys.some((key) => typeof key === 'symbol'))
    throw new InvalidCursorError(path, 'an object with a symbol for a key');
  const entries = Object.entries(value);
  if (entries.length < keys.length) {
    const hidden = keys.find((key) => !Object.prototype.propertyIsEnumerable.call(value, key));
    throw new InvalidCursorError(pathTo(path, String(hidden)), 'a property that is not enumerable');
  }
  return Object.fromEntries(
    entries.map(([key, part]) => {
      const name = counted(escapeKey(key), key.length + 3, within.size);
      return [name, encodePart(part, pathTo(path, key), within)];
    }),
  );
}

function encodeArray(value: readonly unknown[], path: string, within: Place): JsonValue {
  // The prototype of arrays is an array itself, that of a class made of them is none.
  if (!Array.isArray(Object.getPrototypeOf(value))) throw new InvalidCursorError(path, describeClass(value));
  counted(null, value.length, within.size);
  const keys = Reflect.ownKeys(value);
  if (keys.length > value.length + 1) {
    const named = keys.find((key) => key !== 'length' && String(Number(String(key)) >>> 0) !== key);
    throw new InvalidCursorError(pathTo(path, String(named)), 'a named property of an array');
  }
  return Array.from(value, (part, i) => encodePart(part, `${path}[${i}]`, within));
}

/** As JavaScript would be written to get there. */
function pathTo(path: string, key: string): string {
  return /^[a-z_$][\w$]*$/i.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function encodeDate(date: object, path: string): JsonValue {
  const ms = Number(date);
  if (Number.isNaN(ms)) throw new InvalidCursorError(path, 'an invalid Date');
  return { $date: new Date(ms).toISOString() };
}

/** So that an object of the caller's own with a key `$bigint` stays that object. */
export function escapeKey(key: string): string {
  return key.startsWith('$') ? `$${key}` : key;
}

/** Called by JSON.parse from the inside out: what it gets is whole already. */
export function reviveUnfrozen(_key: string, part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  if ('$bigint' in part) return BigInt(String(part.$bigint));
  if ('$date' in part) return new Date(String(part.$date));
  return Object.keys(part).some((key) => key.startsWith('$$')) ? unescaped(part) : part;
}

function revive(key: string, part: unknown): unknown {
  return Object.freeze(reviveUnfrozen(key, part));
}

function unescaped(part: object): object {
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key.startsWith('$$') ? key.slice(1) : key, value]),
  );
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

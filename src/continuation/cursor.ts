/**
 * A cursor: the position that a run resumes *after*.
 *
 * C1  Its JSON round trip is exact; a value that JSON would change or drop is refused where it is set.
 * C2  The refusal names the path of the offending part.
 * C3  `null` means "nothing done yet" and so is never a cursor; 0, '' and false are.
 */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A value that can be a cursor: JSON, and not null (C3). */
export type Cursor = Exclude<JsonValue, null>;

/** A cursor that JSON can't carry exactly. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';

  constructor(
    /** Where in the cursor the offending part stands, such as `cursor.items[2]`. */
    readonly path: string,
    found: string,
  ) {
    super(
      `${path} is ${found}, which JSON can't carry exactly. Use a string, a finite number, a boolean, an array or a plain object.`,
    );
  }
}

/**
 * Checks a cursor and copies it, so that a later change in place can't go unseen.
 *
 * @throws InvalidCursorError naming the path of what JSON would change or drop.
 */
export function freezeCursor<C extends Cursor>(cursor: C): C {
  assertJson(cursor, 'cursor', { nullable: false, around: [] });
  return JSON.parse(JSON.stringify(cursor));
}

/** Whether two cursors are the same position; the order of an object's keys doesn't count. */
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
}

function assertJson(value: unknown, path: string, { nullable, around }: Place): void {
  if (value === null) {
    if (nullable) return;
    throw new InvalidCursorError(path, 'null (it stands for "nothing done yet")');
  }
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return;
      throw new InvalidCursorError(path, Object.is(value, -0) ? '-0' : String(value));
    case 'object':
      if (around.includes(value)) throw new InvalidCursorError(path, 'a part that contains itself');
      assertJsonObject(value, path, { nullable: true, around: [...around, value] });
      return;
    default:
      throw new InvalidCursorError(path, `of type ${typeof value}`);
  }
}

function assertJsonObject(value: object, path: string, within: Place): void {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) assertJson(value[i], `${path}[${i}]`, within);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // A Workflow's sandbox has an Object of its own, so the prototype's own prototype is what tells a plain object.
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!plain) throw new InvalidCursorError(path, `a ${value.constructor.name}`);
  if (Object.getOwnPropertySymbols(value).length > 0)
    throw new InvalidCursorError(path, 'an object with a symbol for a key');
  for (const [key, part] of Object.entries(value)) assertJson(part, `${path}.${key}`, within);
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

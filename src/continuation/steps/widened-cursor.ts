/** The type of a cursor by the `start` that a step is given. */
import type { Cursor, CursorPart } from '../cursor.js';

/** A literal's type is too narrow for a cursor that moves on from it: `start: 0` means any number. A tuple stays one. */
export type Widened<C extends Cursor> = C extends readonly [CursorPart, ...CursorPart[]]
  ? { [K in keyof C]: WidenedLiteral<C[K]> }
  : WidenedLiteral<C>;

type WidenedLiteral<P> = P extends number
  ? number
  : P extends string
    ? string
    : P extends bigint
      ? bigint
      : P extends boolean
        ? boolean
        : P;

/** With an empty tuple among what it may be, the compiler takes a literal array for a tuple. */
export type AnyStart = Cursor | readonly [];

/** Why rows can't be gone through as they are asked for. Each is told before the first item, unless it says otherwise. */
import { describeCursor } from './describe-cursor.js';
import { KeysetRefusal } from './keyset-errors.js';

/** The query has at its top level what the reading by pages has to decide: an order, a limit, locks. */
export class OrderedQueryError extends KeysetRefusal {
  override readonly name = 'OrderedQueryError';

  constructor(readonly clause: string) {
    super(
      `The query has ${clause} at its top level. Rows are read in pages, in the order of their key, so that a run can resume anywhere: take ${clause} out, say the order with 'by' and 'order', and limit the rows with WHERE or 'within'.`,
    );
  }
}

/** The query isn't one statement that can be read from. */
export class UnusableQueryError extends KeysetRefusal {
  override readonly name = 'UnusableQueryError';

  constructor(why: string) {
    super(`${why}. Give one SELECT as { text, values }, or a table's name.`);
  }
}

/** There is no such table, or its name isn't one. */
export class UnknownTableError extends KeysetRefusal {
  override readonly name = 'UnknownTableError';

  constructor(readonly table: string) {
    super(
      `There is no table '${table}'. Write its name as in SQL (with its schema, and in double quotes where it has capitals); a query is given as { text }.`,
    );
  }
}

/** Nothing says by which columns to go, or it can't be so. */
export class UnusableKeyError extends KeysetRefusal {
  override readonly name = 'UnusableKeyError';

  constructor(why: string) {
    super(`${why}. Say in 'by' which columns of the query identify a row, each once.`);
  }
}

/** A key column that the query doesn't return. */
export class UnknownColumnError extends KeysetRefusal {
  override readonly name = 'UnknownColumnError';

  constructor(
    readonly column: string,
    known: readonly string[],
  ) {
    super(
      `The query returns no column '${column}', which 'by' names. It returns ${known.join(', ') || 'none'}. Name it exactly so, without a table before it, or select it.`,
    );
  }
}

/** Two columns of one name: which of them the cursor would be is anybody's guess. */
export class DuplicateColumnError extends KeysetRefusal {
  override readonly name = 'DuplicateColumnError';

  constructor(readonly column: string) {
    super(
      `The query returns two columns of the name '${column}'. An object can hold but one of them, and a cursor of the wrong one would never end. Rename one with AS, or leave it out.`,
    );
  }
}

/** A key column that may be null: no comparison holds for null, so such rows would be passed over in silence. */
export class NullableKeyError extends KeysetRefusal {
  override readonly name = 'NullableKeyError';

  constructor(
    readonly column: string,
    why: string,
  ) {
    super(
      `The key column '${column}' may be null: ${why}. Rows with a null key would be passed over in silence. Go by a column that is NOT NULL, make this one so, or say nulls: 'left out' if such rows are not meant.`,
    );
  }
}

/** A key column whose text depends on settings of a session, or that can't be read back exactly. */
export class KeyTypeError extends KeysetRefusal {
  override readonly name = 'KeyTypeError';

  constructor(
    readonly column: string,
    readonly type: string,
  ) {
    super(
      `The key column '${column}' has the type ${type}, which a cursor can't carry exactly. Go by another column, or cast it in the query: to text, timestamptz or numeric, say.`,
    );
  }
}

/** Told when it is met: a key of floating-point numbers that this session prints with too few digits. */
export class InexactKeyError extends KeysetRefusal {
  override readonly name = 'InexactKeyError';

  constructor(readonly columns: readonly string[]) {
    super(
      `A key of (${columns.join(', ')}) isn't exact as text: this session prints floating-point numbers with too few digits. SET extra_float_digits = 1 on these connections.`,
    );
  }
}

/** A bound of `within` that isn't a key. */
export class KeyBoundError extends KeysetRefusal {
  override readonly name = 'KeyBoundError';

  constructor(bound: 'after' | 'upTo', expected: string, found: unknown) {
    super(`within.${bound} is ${describeCursor(found)}; it must be ${expected}, as cursors are.`);
  }
}

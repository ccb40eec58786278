import { describeCursor } from './describe-cursor.js';
import { EnumerationRefusal } from './enumerator.js';

/**
 * Why something can't be gone through by keyset. All are mistakes in the code or the data, none passes by itself: a run
 * that meets one ends, and goes on from its cursor once it is mended.
 */
export abstract class KeysetRefusal extends EnumerationRefusal {}

/** Two rows with the same key: a cursor between them would lose the second. */
export class KeyNotUniqueError extends KeysetRefusal {
  override readonly name = 'KeyNotUniqueError';

  constructor(
    source: string,
    /** The key that came twice. */
    readonly key: unknown,
  ) {
    super(
      `${source}: two rows in a row have the key ${describeCursor(key)}. Resuming strictly after it would lose the second. Add a column that makes the key unique, such as the primary key, as its last.`,
    );
  }
}

/** A source that says that there is more, and has no row to go on after. */
export class EmptyReadError extends KeysetRefusal {
  override readonly name = 'EmptyReadError';

  constructor(source: string) {
    super(
      `${source}: readAfter returned no row and said that there is more. There is no key to go on after: let it read on until it has a row, or say that there is no more.`,
    );
  }
}

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
      `${source}: two rows in a row have the key ${JSON.stringify(key, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))}. Resuming strictly after it would lose the second. Add a column that makes the key unique, such as the primary key, as its last.`,
    );
  }
}

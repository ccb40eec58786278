/** What the compiler holds of cursors: `npm run types` fails where one of these lines no longer errs. Nothing is run. */
import { describe, it } from 'vitest';
import {
  type BatchStart,
  type Enumerator,
  type RowDatabase,
  rowBatches,
  rows,
  times,
  workBatch,
} from '../../../src/continuation/iteration/index.js';

declare const database: RowDatabase;
declare const keyed: Enumerator<string, { a: number }>;
declare const fromOther: BatchStart<{ a: number; b: number }>;
declare const fromSame: BatchStart<{ a: number }>;
declare const eachIteration: () => Promise<void>;

/** Checked by the compiler, never called. */
const compiled = (_: () => unknown): void => undefined;

describe('the compiler', () => {
  it('takes no enumerator for one of more cursors than it can resume after', () => {
    const numbers = times(3);
    // @ts-expect-error a string is no cursor of numbers
    const wider: Enumerator<number, number | string> = numbers;
    compiled(() => wider);
    // @ts-expect-error it resumes after one cursor alone
    const narrow: Enumerator<number, string> = { async *after(_: 'this one' | null) {} };
    compiled(() => narrow);
  });

  it('takes no batch whose cursor has parts that its enumerator’s has not', () => {
    compiled(() => workBatch({ from: fromSame, enumerator: keyed, eachIteration, checkpointEvery: 1 }));
    // @ts-expect-error a cursor with another part
    compiled(() => workBatch({ from: fromOther, enumerator: keyed, eachIteration, checkpointEvery: 1 }));
    // @ts-expect-error a number is no cursor of rows’ own type
    compiled(() => workBatch({ from: fromSame, enumerator: times(3), eachIteration, checkpointEvery: 1 }));
  });

  it('takes no key of rows that they don’t have, where it is told what they have', () => {
    interface Order {
      readonly order_id: number;
    }
    compiled(() => rows<Order>(database, 'orders', { by: ['order_id'] }));
    compiled(() => rows(database, 'orders', { by: ['any'] }));
    // @ts-expect-error a name misspelt
    compiled(() => rows<Order>(database, 'orders', { by: ['oder_id'] }));
    // @ts-expect-error in batches too
    compiled(() => rowBatches<Order>(database, 'orders', { by: ['oder_id'], batchSize: 1 }));
  });
});

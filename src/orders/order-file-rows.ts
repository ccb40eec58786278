/**
 * The rows of a file of orders in batches, as an import goes through them: by bytes, resumable, refused where it changed.
 *
 * B1  What can't be gone through is said so that whoever started the run can mend it, and fails the run with its cursor kept:
 *     no such file, none that may be read, no header, another one.
 * B2  It never passes for a database that is away, though both say ENOENT: that is waited for without end.
 */
import {
  type CsvCursor,
  CsvHeaderError,
  type CsvItem,
  csvBatches,
  type Entry,
  EnumerationRefusal,
  type Enumerator,
  enumerator,
  localFile,
  type NotNow,
} from '../continuation/iteration/index.js';
import { type OrderColumn, orderColumns } from './order-row.js';

type OrderItem = CsvItem<OrderColumn>;

/** Rows of a file that go in together. */
export interface OrderItems {
  readonly importId: number;
  readonly items: readonly OrderItem[];
}

/** A file that can't be read as one of orders, and what to do about it. */
class OrderFileError extends EnumerationRefusal {
  override readonly name = 'OrderFileError';

  constructor(
    problem: string,
    mend: string,
    /** Another worker may read it, or this one later. */
    override readonly mayPass: boolean,
    options?: ErrorOptions,
  ) {
    super(`${problem}. ${mend}`, options);
  }
}

const correctIt = 'Correct the file and start a new run.';
const giveIt = 'Give the run its file where every worker can read it; what was imported stays.';

/** @param file an absolute path, the same at every worker */
export function orderFileRows(
  file: string,
  { importId, batchSize }: { readonly importId: number; readonly batchSize: number },
): Enumerator<OrderItems, CsvCursor> {
  const rows = csvBatches(file, { header: orderColumns, batchSize });
  return enumerator(async function* (cursor, asked): AsyncGenerator<Entry<OrderItems, CsvCursor> | NotNow> {
    try {
      let isEmpty = cursor === null;
      for await (const entry of rows.after(cursor, asked)) {
        isEmpty = false;
        yield 'notNow' in entry ? entry : { ...entry, item: { importId, items: entry.item } };
      }
      if (isEmpty && (await sizeOf(file)) === 0)
        throw new OrderFileError(`${file} is empty, without a header even`, correctIt, false);
    } catch (error) {
      throw refusalOf(file, error);
    }
  });
}

async function sizeOf(file: string): Promise<number> {
  const open = await localFile(file).open();
  await open.close();
  return open.size;
}

function refusalOf(file: string, error: unknown): unknown {
  if (error instanceof CsvHeaderError)
    return new OrderFileError(`${file}, line ${error.line}: the header ${error.problem}`, correctIt, false);
  // Its own words are right for a file that changed; a bug of ours is none of the file's.
  if (error instanceof EnumerationRefusal || !(error instanceof Error)) return error;
  if ('syscall' in error)
    return new OrderFileError(`${file} can't be read: ${error.message}`, giveIt, true, { cause: error });
  // A folder, or a text that can't be decoded: it is named by then.
  if (error instanceof TypeError && error.message.startsWith(file))
    return new OrderFileError(error.message.replace(/\.$/, ''), correctIt, false, { cause: error });
  return error;
}

/**
 * The rows of a file of orders in batches, as an import goes through them: by bytes, resumable, refused where it changed.
 *
 * B1  What can't be gone through is said so that whoever started the run can mend it, and fails the run with its cursor kept:
 *     no such file, none that may be read, no header (an empty file, or one of blank lines), another one.
 * B2  It never passes for a database that is away, though both say ENOENT: that is waited for without end.
 * B3  Who goes through it from the beginning may look at it first, and refuse it.
 */
import {
  type CsvCursor,
  CsvHeaderError,
  type CsvItem,
  csv,
  csvBatches,
  type Entry,
  EnumerationRefusal,
  type Enumerator,
  enumerator,
  type NotNow,
} from '../continuation/iteration/index.js';
import { type FileLook, lookAtFile } from './keep-first-look.js';
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

interface OrderFileOptions {
  readonly importId: number;
  readonly batchSize: number;
  /** Told what the file is before its first row is read. What it throws is thrown as it is (B3). */
  readonly onBeginning?: (look: FileLook) => Promise<void>;
}

/** @param file an absolute path, the same at every worker */
export function orderFileRows(
  file: string,
  { importId, batchSize, onBeginning }: OrderFileOptions,
): Enumerator<OrderItems, CsvCursor> {
  const rows = csvBatches(file, { header: orderColumns, batchSize });
  return enumerator(async function* (cursor, asked): AsyncGenerator<Entry<OrderItems, CsvCursor> | NotNow> {
    if (cursor === null && onBeginning !== undefined) await onBeginning(await lookOrRefuse(file));
    try {
      let isEmpty = cursor === null;
      for await (const entry of rows.after(cursor, asked)) {
        isEmpty = false;
        yield 'notNow' in entry ? entry : { ...entry, item: { importId, items: entry.item } };
      }
      if (isEmpty && !(await hasHeader(file)))
        throw new OrderFileError(`${file} is empty, without a header even`, correctIt, false);
    } catch (error) {
      throw refusalOf(file, error);
    }
  });
}

async function lookOrRefuse(file: string): Promise<FileLook> {
  try {
    return await lookAtFile(file);
  } catch (error) {
    throw refusalOf(file, error);
  }
}

/** Of a file without rows: one of another header was refused by then. */
async function hasHeader(file: string): Promise<boolean> {
  for await (const _ of csv(file, { columns: orderColumns }).after(null)) return true;
  return false;
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

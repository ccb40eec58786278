/** Batches of a CSV file's rows: `batched` around `csv`, so that all that holds for the two holds here. */
import { batched } from './batched.js';
import { type CsvColumns, type CsvOptions, csv } from './csv.js';
import type { CsvCursor } from './csv-cursor.js';
import type { CsvFile } from './csv-file.js';
import type { CsvItem } from './csv-item.js';
import type { Enumerator } from './enumerator.js';

export interface CsvBatchOptions extends CsvOptions {
  /** Rows in a batch, malformed ones too. */
  readonly batchSize: number;
}

/** @throws as `csv`; RangeError unless batchSize is a whole number from 1 up */
export function csvBatches<Column extends string>(
  file: string | CsvFile,
  options: CsvBatchOptions & CsvColumns<Column>,
): Enumerator<readonly CsvItem<Column>[], CsvCursor>;
export function csvBatches(
  file: string | CsvFile,
  options: CsvBatchOptions,
): Enumerator<readonly CsvItem[], CsvCursor>;
export function csvBatches(
  file: string | CsvFile,
  options: CsvBatchOptions,
): Enumerator<readonly CsvItem[], CsvCursor> {
  return batched(csv(file, options), options.batchSize);
}

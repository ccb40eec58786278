/** The enumerator pattern, and the step pattern's batches: what runs in Activities. */
export { batchOf } from '../batch-of.js';
export type {
  Batch,
  BatchStart,
  Checkpoint,
  Counts,
  IterationEnding,
  IterationOutcome,
} from '../checkpoint.js';
export type { ByTime, CadenceBounds, CadenceInForce, CheckpointEvery } from '../checkpoint-cadence.js';
export {
  type Cursor,
  CursorTooLargeError,
  type EncodedCursor,
  InvalidCursorError,
  type JsonValue,
} from '../cursor.js';
export { histogramBuckets, type Metric, metrics } from '../metrics.js';
export { type SelectionTold, telling } from '../selection.js';
export { type BatchWork, workBatch } from './batch.js';
export type { Cadence } from './cadence.js';
export { array, ItemIsNotDataError } from './enumerators/array.js';
export { batched } from './enumerators/batched.js';
export { type CsvColumns, type CsvOptions, csv } from './enumerators/csv.js';
export { type CsvBatchOptions, csvBatches } from './enumerators/csv-batches.js';
export type { CsvCursor } from './enumerators/csv-cursor.js';
export {
  CsvFileChangedError,
  CsvHeaderError,
  type CsvRowExtent,
  MalformedRowError,
} from './enumerators/csv-errors.js';
export { type CsvFile, type CsvFileVersion, localFile, type OpenCsvFile } from './enumerators/csv-file.js';
export { type CsvItem, type CsvRow, rowOf } from './enumerators/csv-item.js';
export type { CsvEncoding } from './enumerators/csv-text.js';
export {
  type Asked,
  CursorMismatchError,
  CursorNotUniqueError,
  type Entry,
  EnumerationRefusal,
  type Enumerator,
  enumerator,
  NotAnEnumeratorError,
  type NotNow,
} from './enumerators/enumerator.js';
export { keysetBatches } from './enumerators/keyset-batches.js';
export { EmptyReadError, KeyNotUniqueError, KeysetRefusal } from './enumerators/keyset-errors.js';
export type { KeysetSource, ReadRows } from './enumerators/keyset-pages.js';
export { keysetRows } from './enumerators/keyset-rows.js';
export { type Nested, type NestedCursor, nested } from './enumerators/nested.js';
export { once } from './enumerators/once.js';
export { type RowBatchesOptions, rowBatches } from './enumerators/row-batches.js';
export type { RowDatabase } from './enumerators/row-database.js';
export type { RowCursor, RowOrder, RowRange } from './enumerators/row-key.js';
export type { RowQuery } from './enumerators/row-query.js';
export { type CountedRange, type RowRangesOptions, rowRanges } from './enumerators/row-ranges.js';
export { type RowsOptions, rows } from './enumerators/rows.js';
export { type Throttle, throttled } from './enumerators/throttled.js';
export { times } from './enumerators/times.js';
export {
  type ErrorDecision,
  type ErrorPolicy,
  fail,
  maximumSameErrors,
  originalError,
  retry,
  skip,
} from './error-policy.js';
export { type Abort, abort, type ItemResult, revisit } from './item-result.js';
export { iteration } from './iteration.js';
export type {
  ItemContext,
  IterationContext,
  IterationDefinition,
  ShutdownReason,
} from './iteration-definition.js';
export type { IterationInput } from './iteration-input.js';
export { type IterationLimits, limitIterations } from './iteration-limits.js';
export {
  type CheckpointKey,
  type CheckpointStore,
  type Epoch,
  FenceLostError,
  type SessionOptions,
  type StoredCheckpoint,
  StoreFaultError,
  type StoreListener,
  StoreOutageError,
  type StoreSession,
  StoreUnusableError,
  type Transaction,
} from './stores/checkpoint-store.js';
export { heartbeatStore } from './stores/heartbeat-store.js';
export { memoryStore } from './stores/memory.js';
export { type PostgresStoreOptions, postgresStore } from './stores/postgres.js';
export { checkpointsTableSql, createCheckpointsTable } from './stores/postgres-table.js';
export { purgeCheckpoints } from './stores/purge-checkpoints.js';
export { type RedisStoreOptions, redisStore } from './stores/redis.js';
export { workOnce } from './work-once.js';

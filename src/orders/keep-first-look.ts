/**
 * Holds an import to the file that it began with, also before it has a place in it: rows may be in already when its worker is lost
 * before the first checkpoint, and of a file that was changed since, one line would become two orders.
 *
 * L1  The first look is kept before the first row is read; every later beginning must find the same size and first 4 KiB.
 * L2  From its first checkpoint on the cursor does this, and more.
 */
import { crc32 } from 'node:zlib';
import { CsvFileChangedError, localFile } from '../continuation/iteration/index.js';
import type { Queryable } from './queryable.js';

export type FileLook = {
  /** In bytes. */
  readonly size: number;
  /** Checksum of the file's beginning. */
  readonly head: number;
};

const headBytes = 4 * 1024;

/** @throws what the file system throws */
export async function lookAtFile(file: string): Promise<FileLook> {
  const open = await localFile(file).open();
  try {
    return { size: open.size, head: crc32(await open.read(0, Math.min(headBytes, open.size))) };
  } finally {
    await open.close();
  }
}

/** @throws CsvFileChangedError where the import began with another file */
export async function keepFirstLook(
  database: Queryable,
  { importId, file, look }: { readonly importId: number; readonly file: string; readonly look: FileLook },
): Promise<void> {
  const { rows } = await database.query<FileLook>(
    `UPDATE imports SET file_size = coalesce(file_size, $2), file_head = coalesce(file_head, $3)
     WHERE import_id = $1
     RETURNING file_size::float8 AS size, file_head::float8 AS head`,
    [importId, look.size, look.head],
  );
  // An import that was wiped meanwhile takes no row anyway.
  const [first = look] = rows;
  if (look.size !== first.size)
    throw new CsvFileChangedError(
      file,
      'size',
      `had ${first.size} bytes when its import began, and has ${look.size} now`,
    );
  if (look.head !== first.head)
    throw new CsvFileChangedError(file, 'beginning', 'begins with other bytes than when its import began');
}

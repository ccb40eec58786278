/**
 * A file of CSV that can be read from any place in it: on this machine, or wherever a range of bytes can be asked for.
 *
 * A run goes on where its worker is: a file on one machine's disk is missing for the workers of another. An object store
 * fits behind `CsvFile` with a dozen lines, a HEAD for the size and a GET with a range for the rest.
 */
import { open } from 'node:fs/promises';

export interface CsvFile {
  /** As errors name it. */
  readonly name: string;
  /** @throws an error with the code ENOENT where there is no such file */
  open(): Promise<OpenCsvFile>;
}

export interface OpenCsvFile {
  /** In bytes. */
  readonly size: number;
  /** The bytes from this one on, `length` of them; fewer only at the file's end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A file on this machine. */
export function localFile(path: string): CsvFile {
  return {
    name: path,
    async open() {
      const handle = await open(path);
      try {
        const stats = await handle.stat();
        // A pipe has no size and no second reading: it would pass for an empty file.
        if (!stats.isFile())
          throw new TypeError(`${path} is no regular file: it can't be read from the middle.`);
        return {
          size: stats.size,
          async read(offset, length) {
            const bytes = Buffer.allocUnsafe(length);
            let filled = 0;
            while (filled < length) {
              const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
              if (bytesRead === 0) break;
              filled += bytesRead;
            }
            return bytes.subarray(0, filled);
          },
          close: () => handle.close(),
        };
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
  };
}

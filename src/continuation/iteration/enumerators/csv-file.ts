/**
 * A file of CSV that can be read from any place in it: on this machine, or wherever a range of bytes can be asked for.
 *
 * A run goes on where its worker is: a file on one machine's disk is missing for the workers of another. An object store
 * fits behind `CsvFile` with a dozen lines, a HEAD for the size and a GET with a range for the rest.
 */
import type { BigIntStats } from 'node:fs';
import { constants, open } from 'node:fs/promises';

export interface CsvFile {
  /** As errors name it. */
  readonly name: string;
  /** @throws an error with the code ENOENT where there is no such file */
  open(): Promise<OpenCsvFile>;
}

export interface OpenCsvFile {
  /** In bytes. */
  readonly size: number;
  /** Left out where there is nothing to tell it by. */
  readonly version?: CsvFileVersion;
  /** The bytes from this one on, `length` of them; fewer only at the file's end, where it may have grown beyond its `size`. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A text that is another one after a change of the content: an object store's ETag, or the time of the last change. */
export interface CsvFileVersion {
  /** As it was when the file was opened. */
  readonly opened: string;
  /** As it is now: asked for after each piece that is read. */
  now(): Promise<string>;
  /** Whether every worker gets the same one for the same content, as an ETag: then cursors keep it. */
  readonly isGlobal: boolean;
}

/** A file on this machine. Its version is the time of its last change, which says nothing on another one. */
export function localFile(path: string): CsvFile {
  return {
    name: path,
    async open() {
      // Opening a pipe would wait for somebody who writes into it.
      const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const stats = await handle.stat({ bigint: true });
        // A pipe has no size and no second reading: it would pass for an empty file.
        if (!stats.isFile())
          throw new TypeError(`${path} is no regular file: it can't be read from the middle.`);
        return {
          size: Number(stats.size),
          version: {
            opened: versionOf(stats),
            now: async () => versionOf(await handle.stat({ bigint: true })),
            isGlobal: false,
          },
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

function versionOf({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs}`;
}

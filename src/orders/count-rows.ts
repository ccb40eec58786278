/**
 * How many rows a file of orders has, about: its lines that aren't blank, without the header.
 *
 * Exact but for rows that a quote makes longer than a line, which are broken anyway. Counted without reading CSV, a million in
 * a third of a second: it only says how far a run is.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

const lineFeed = 10;
const carriageReturn = 13;

/** @returns null where the file can't be read: the run itself will say so. @throws an AbortError when it is stopped */
export async function countRows(file: string, stopping: AbortSignal): Promise<number | null> {
  let lines = 0;
  let begun = false;
  try {
    // A pipe or a device may have no end.
    if (!(await stat(file)).isFile()) return null;
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024, signal: stopping })) {
      const bytes: Uint8Array = chunk;
      for (const byte of bytes) {
        // Half of a digit in UTF-16.
        if (byte === 0) continue;
        const ends = byte === lineFeed || byte === carriageReturn;
        if (ends && begun) lines += 1;
        begun = !ends;
      }
    }
  } catch (error) {
    if (stopping.aborted) throw error;
    return null;
  }
  return Math.max(0, lines + (begun ? 1 : 0) - 1);
}

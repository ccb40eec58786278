/**
 * V8's compiled code of a program, kept in a file beside it.
 *
 * K1  What isn't whole, or belongs to another source, is none: V8 itself tells sources apart by their length, and dies of code that is damaged.
 * K2  What this Node doesn't take (another version) V8 passes over by itself.
 */
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Two checksums stand before the code: of the source, and of the code. */
const headerBytes = 8;

export function codeCacheOf(program: string): string {
  return `${program}.code-cache`;
}

/** @returns null where there is none for this source */
export function readCodeCache(program: string, source: Buffer): Buffer | null {
  const file = readIfThere(codeCacheOf(program));
  if (file === null || file.length <= headerBytes) return null;
  const code = file.subarray(headerBytes);
  const whole = file.readUInt32LE(0) === crc32(source) && file.readUInt32LE(4) === crc32(code);
  return whole ? code : null;
}

/** Writes it in one step: nobody reads half of it. */
export async function writeCodeCache(program: string, source: Buffer, code: Buffer): Promise<void> {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(crc32(source), 0);
  header.writeUInt32LE(crc32(code), 4);
  const partial = `${codeCacheOf(program)}.partial`;
  await writeFile(partial, Buffer.concat([header, code]));
  await rename(partial, codeCacheOf(program));
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null; // Without it the program starts all the same, only later.
  }
}

/**
 * The text of an open file, as UTF-8, with every piece's place in the file.
 *
 * E1  The encoding is the one that is named, else what the byte order mark says, else UTF-8. A byte order mark is no text.
 * E2  In every one of them a place in the text has its place in the file, so that a run resumes by bytes: UTF-16 and
 *     Latin-1 have as many bytes as their text has units.
 * E3  It is read in pieces, small ones first: a short look costs little, and memory stays flat.
 */
import { StringDecoder } from 'node:string_decoder';
import type { OpenCsvFile } from './csv-file.js';

export type CsvEncoding = 'utf8' | 'utf16le' | 'latin1';

/** How many bytes are looked at to know a file again, from its beginning and just before a place in it. */
const headBytes = 4 * 1024;
const bytesBefore = 64;

const firstPiece = 4 * 1024;
const largestPiece = 64 * 1024;

export interface CsvText {
  readonly size: number;
  readonly encoding: CsvEncoding;
  /** The first bytes, as a checksum is made of them. */
  readonly head: Uint8Array;
  /** Where the text begins: after a byte order mark. */
  readonly start: number;
  /** The text from this place on: the file's own bytes, and their text as UTF-8. */
  pieces(offset: number): AsyncGenerator<{ readonly bytes: Buffer; readonly text: Buffer }>;
  /** How many bytes of the file this text takes. */
  bytesOf(text: Buffer): number;
  /** The bytes just before this place, at most `bytesBefore`. */
  before(offset: number): Promise<Buffer>;
}

/** A file that became shorter while it was read. */
export class FileEndedEarlyError extends Error {
  override readonly name = 'FileEndedEarlyError';

  constructor(readonly offset: number) {
    super(`The file ended at byte ${offset}, while it was read.`);
  }
}

/** @throws TypeError for UTF-16 with its bytes the other way round */
export async function openText(
  name: string,
  file: OpenCsvFile,
  named: CsvEncoding | undefined,
): Promise<CsvText> {
  const { size } = file;
  const head = buffer(await file.read(0, Math.min(headBytes, size)));
  const mark = markOf(head);
  if (mark === 'utf16be' && named === undefined)
    throw new TypeError(
      `${name} is UTF-16 with the high byte first, which csv() can't read. Convert it to UTF-8.`,
    );
  const encoding = named ?? (mark === 'utf16le' ? 'utf16le' : 'utf8');
  return {
    size,
    encoding,
    head,
    start: mark === encoding ? markBytes[encoding] : 0,
    async *pieces(offset) {
      // Keeps half a character back until its rest comes with the next piece.
      const units = encoding === 'utf8' ? null : new StringDecoder(encoding);
      let at = offset;
      for (let length = firstPiece; at < size; length = Math.min(largestPiece, length * 2)) {
        const bytes = buffer(await file.read(at, Math.min(length, size - at)));
        if (bytes.length === 0) throw new FileEndedEarlyError(at);
        at += bytes.length;
        yield { bytes, text: units === null ? bytes : Buffer.from(units.write(bytes)) };
      }
      const rest = units?.end() ?? '';
      if (rest !== '') yield { bytes: Buffer.alloc(0), text: Buffer.from(rest) };
    },
    bytesOf: (text) => {
      if (encoding === 'utf8') return text.length;
      return text.toString('utf8').length * (encoding === 'utf16le' ? 2 : 1);
    },
    async before(offset) {
      const from = Math.max(0, offset - bytesBefore);
      return buffer(await file.read(from, offset - from));
    },
  };
}

/** Where the bytes before a place begin. */
export function startOfBytesBefore(offset: number): number {
  return Math.max(0, offset - bytesBefore);
}

const markBytes = { utf8: 3, utf16le: 2, latin1: 0 } as const;

function markOf(head: Buffer): 'utf8' | 'utf16le' | 'utf16be' | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf16be' : null;
}

function buffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

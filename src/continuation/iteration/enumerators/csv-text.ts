/**
 * The text of an open file, as UTF-8, with every piece's place in the file.
 *
 * E1  The encoding is the one that is named, else what the byte order mark says, else UTF-8. A byte order mark is no text.
 * E2  In every one of them a place in the text has its place in the file, so that a run resumes by bytes: UTF-16 and
 *     Latin-1 have as many bytes as their text has units.
 * E3  It is read in pieces, small ones first: a short look costs little, and memory stays flat.
 * E4  A file that is changed while it is read is noticed: by its version where it has one, before anything that was read
 *     since is handed on; and at its end by a byte that stands behind it now.
 */
import { isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';
import type { OpenCsvFile } from './csv-file.js';

export type CsvEncoding = 'utf8' | 'utf16le' | 'latin1';

/** How many bytes are looked at to know a file again, from its beginning and just before a place in it. */
const headBytes = 4 * 1024;
const bytesBefore = 4 * 1024;

const firstPiece = 4 * 1024;
const largestPiece = 64 * 1024;

export interface CsvText {
  readonly size: number;
  /** The file's version if every worker knows it by that; null: it has none that is. */
  readonly version: string | null;
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
  /** Whether bytes of the file were text in its encoding, given what they became. */
  isText(bytes: Buffer, text: Buffer): boolean;
  /** Asked at its end, before that is believed. @throws FileChangedWhileReadError (E4) */
  assertEnded(): Promise<void>;
}

/** A file that is not what it was when it was opened. */
export class FileChangedWhileReadError extends Error {
  override readonly name = 'FileChangedWhileReadError';

  constructor(
    readonly change: 'size while it was read' | 'content while it was read',
    /** What happened, to stand after the file's name. */
    readonly what: string,
  ) {
    super(`The file ${what}.`);
  }
}

/** @throws TypeError for UTF-16 with its bytes the other way round */
export async function openText(
  name: string,
  file: OpenCsvFile,
  named: CsvEncoding | undefined,
): Promise<CsvText> {
  const { size, version } = file;
  const assertUnchanged = async (): Promise<void> => {
    if (version !== undefined && (await version.now()) !== version.opened)
      throw new FileChangedWhileReadError('content while it was read', 'was changed while it was read');
  };
  const head = buffer(await file.read(0, Math.min(headBytes, size)));
  const mark = markOf(head);
  if (mark === 'utf16be' && named === undefined)
    throw new TypeError(
      `${name} is UTF-16 with the high byte first, which csv() can't read. Convert it to UTF-8.`,
    );
  const encoding = named ?? (mark === 'utf16le' ? 'utf16le' : 'utf8');
  return {
    size,
    version: version?.isGlobal === true ? version.opened : null,
    encoding,
    head,
    start: mark === encoding ? markBytes[encoding] : 0,
    async *pieces(offset) {
      // Keeps half a character back until its rest comes with the next piece.
      const units = encoding === 'utf8' ? null : new StringDecoder(encoding);
      let at = offset;
      for (let length = firstPiece; at < size; length = Math.min(largestPiece, length * 2)) {
        const bytes = buffer(await file.read(at, Math.min(length, size - at)));
        if (bytes.length === 0)
          throw new FileChangedWhileReadError(
            'size while it was read',
            `ended at byte ${at} of ${size} while it was read`,
          );
        await assertUnchanged();
        at += bytes.length;
        yield { bytes, text: units === null ? bytes : Buffer.from(units.write(bytes)) };
      }
      // Of half a unit the decoder says nothing.
      const half = encoding === 'utf16le' && (size - offset) % 2 === 1 ? notText : '';
      const rest = (units?.end() ?? '') + half;
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
    isText(bytes, text) {
      if (encoding === 'utf8') return isUtf8(text);
      if (encoding === 'latin1' || !text.includes(notText)) return true;
      return bytes.length % 2 === 0 && !/\p{Surrogate}/u.test(bytes.toString('utf16le'));
    },
    async assertEnded() {
      // Together with its last byte: a range that begins behind the end is an error in many an object store.
      const from = Math.max(0, size - 1);
      const bytes = await file.read(from, size - from + 1);
      if (bytes.length > size - from)
        throw new FileChangedWhileReadError(
          'size while it was read',
          `had ${size} bytes when it was opened, and has more now`,
        );
      await assertUnchanged();
    },
  };
}

/** What a decoder makes of bytes that are no text. */
const notText = '\ufffd';

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

/** The newest bytes of a stream, by their offset in it: as many as are still asked for, never copied on the way. */
export class ByteWindow {
  readonly #chunks: { readonly offset: number; readonly bytes: Buffer }[];
  #end: number;

  /** @param offset where these bytes begin in the stream */
  constructor(offset: number, bytes: Buffer = Buffer.alloc(0)) {
    this.#chunks = [{ offset, bytes }];
    this.#end = offset + bytes.length;
  }

  /** Takes the next bytes in, and lets go of those before `keepFrom`. */
  append(bytes: Buffer, keepFrom: number): void {
    const kept = this.#chunks.findIndex((chunk) => chunk.offset + chunk.bytes.length > keepFrom);
    this.#chunks.splice(0, kept === -1 ? this.#chunks.length : kept);
    this.#chunks.push({ offset: this.#end, bytes });
    this.#end += bytes.length;
  }

  slice(from: number, to: number): Buffer {
    const parts: Buffer[] = [];
    for (const { offset, bytes } of this.#chunks) {
      if (offset >= to) break;
      if (offset + bytes.length > from) parts.push(bytes.subarray(Math.max(0, from - offset), to - offset));
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  }

  /** Undefined: it isn't there yet, or not any more. */
  byteAt(at: number): number | undefined {
    const chunk = this.#chunks.find(({ offset, bytes }) => at < offset + bytes.length);
    return chunk?.bytes[at - chunk.offset];
  }
}

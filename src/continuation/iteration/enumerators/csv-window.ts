/** The newest bytes of a stream, by their offset in it: as many as are still asked for. */
export class ByteWindow {
  #bytes: Buffer;
  #offset: number;

  /** @param offset where these bytes begin in the stream */
  constructor(offset: number, bytes: Buffer = Buffer.alloc(0)) {
    this.#offset = offset;
    this.#bytes = bytes;
  }

  /** Takes the next bytes in, and lets go of those before `keepFrom`. */
  append(bytes: Buffer, keepFrom: number): void {
    this.#bytes = Buffer.concat([this.slice(keepFrom, this.#offset + this.#bytes.length), bytes]);
    this.#offset = keepFrom;
  }

  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(from - this.#offset, to - this.#offset);
  }
}

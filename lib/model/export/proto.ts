/** Protocol Buffers' wire format, written. @module */

const encoder = new TextEncoder();

/** Collects the fields of one message. */
export class Message {
  readonly #bytes: number[] = [];

  get bytes(): readonly number[] {
    return this.#bytes;
  }

  /** A varint field: uint32, uint64, int64 of at least 0, enum, bool. */
  number(field: number, value: number): this {
    this.#key(field, 0);
    this.#varint(value);
    return this;
  }

  /** A fixed64 field. */
  fixed(field: number, value: number): this {
    this.#key(field, 1);
    let left = value;
    for (let i = 0; i < 8; i++) {
      this.#bytes.push(left % 256);
      left = Math.floor(left / 256);
    }
    return this;
  }

  text(field: number, value: string): this {
    return this.#data(field, encoder.encode(value));
  }

  message(field: number, value: Message): this {
    return this.#data(field, value.bytes);
  }

  #data(field: number, data: ArrayLike<number>): this {
    this.#key(field, 2);
    this.#varint(data.length);
    for (let i = 0; i < data.length; i++) this.#bytes.push(data[i] ?? 0);
    return this;
  }

  #key(field: number, wire: number): void {
    this.#varint(field * 8 + wire);
  }

  #varint(value: number): void {
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) this.#bytes.push((left % 128) | 128);
    this.#bytes.push(left);
  }
}

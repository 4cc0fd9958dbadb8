/**
 * Plain data as few bytes: what JSON can say, with every text and every set of field names written once.
 *
 * A stream of values belongs together: a reader must see them from the first one on, in order. Numbers that are safe integers
 * take one to eight bytes, others nine. Fields that are undefined are left out, as JSON does.
 *
 * @module
 */
const TAG = { undefined: 0, null: 1, true: 2, false: 3, double: 4, integer: 5, negative: 6, text: 7, newText: 8, longText: 9, array: 10, object: 11, newObject: 12 };
/** From here on a byte is itself the number (byte - SMALL), or the text (byte - TEXTS). */
const SMALL = 0x20;
const TEXTS = 0x80;
/** Longer texts are not kept: they hardly ever come again. */
const LONGEST_KEPT = 256;
/** So many texts are kept: memory is bounded, and what comes again comes early. */
const MOST_KEPT = 1 << 16;
const TWO_32 = 4294967296;

/** A damaged stream: the reader stands before something that no writer writes. */
export class PackError extends Error {
  override readonly name = "PackError";
}

/** Writes values one after another. */
export class Packer {
  readonly #texts = new Map<string, number>();
  readonly #shapes = new Map<string, number>();
  readonly #encoder = new TextEncoder();
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.#length;
  }

  /** Gives the bytes written so far and goes on; what they name stays known to both sides. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  value(value: unknown): void {
    switch (typeof value) {
      case "number": return this.#number(value);
      case "string": return this.#text(value);
      case "boolean": return this.#byte(value ? TAG.true : TAG.false);
      case "object": return value === null ? this.#byte(TAG.null) : Array.isArray(value) ? this.#array(value) : this.#object(value as Record<string, unknown>);
      default: return this.#byte(TAG.undefined);
    }
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return this.#double(value);
    if (value >= 0 && value < TEXTS - SMALL) return this.#byte(SMALL + value);
    this.#byte(value < 0 ? TAG.negative : TAG.integer);
    this.#varint(value < 0 ? -value : value);
  }

  #double(value: number): void {
    this.#byte(TAG.double);
    this.#room(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  #text(value: string): void {
    const known = this.#texts.get(value);
    if (known !== undefined) return this.#known(known);
    const keep = value.length <= LONGEST_KEPT && this.#texts.size < MOST_KEPT;
    if (keep) this.#texts.set(value, this.#texts.size);
    this.#byte(keep ? TAG.newText : TAG.longText);
    this.#raw(value);
  }

  #known(index: number): void {
    if (index < 0x100 - TEXTS) return this.#byte(TEXTS + index);
    this.#byte(TAG.text);
    this.#varint(index);
  }

  #raw(text: string): void {
    this.#room(3 * text.length + 5);
    const at = this.#length;
    if (text.length < 0x80 && this.#ascii(text, at + 1)) {
      this.#bytes[at] = text.length;
      this.#length = at + 1 + text.length;
      return;
    }
    const bytes = this.#encoder.encode(text);
    this.#varint(bytes.length);
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #ascii(text: string, at: number): boolean {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      this.#bytes[at + i] = code;
    }
    return true;
  }

  #array(list: readonly unknown[]): void {
    this.#byte(TAG.array);
    this.#varint(list.length);
    for (const entry of list) this.value(entry);
  }

  #object(object: Record<string, unknown>): void {
    const keys: string[] = [];
    for (const key in object) if (object[key] !== undefined) keys.push(key);
    const shape = keys.join("\0");
    const known = this.#shapes.get(shape);
    if (known === undefined) {
      this.#shapes.set(shape, this.#shapes.size);
      this.#byte(TAG.newObject);
      this.#varint(keys.length);
      for (const key of keys) this.#text(key);
    } else {
      this.#byte(TAG.object);
      this.#varint(known);
    }
    for (const key of keys) this.value(object[key]);
  }

  #byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  #varint(value: number): void {
    this.#room(8);
    let left = value;
    while (left >= 0x80) {
      this.#bytes[this.#length++] = (left % 0x80) | 0x80;
      left = left < TWO_32 ? left >>> 7 : Math.floor(left / 0x80);
    }
    this.#bytes[this.#length++] = left;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Reads what a Packer wrote. */
export class Unpacker {
  readonly #texts: string[] = [];
  readonly #shapes: string[][] = [];
  readonly #decoder = new TextDecoder();
  #bytes: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** Goes on with the next bytes; what is left of the last ones is dropped. */
  feed(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = 0;
  }

  /** All of the bytes was read. */
  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** @throws {PackError} the bytes end within the value, or are none. */
  value(): unknown {
    const tag = this.#byte();
    if (tag >= TEXTS) return this.#text(tag - TEXTS);
    if (tag >= SMALL) return tag - SMALL;
    switch (tag) {
      case TAG.undefined: return undefined;
      case TAG.null: return null;
      case TAG.true: return true;
      case TAG.false: return false;
      case TAG.double: return this.#double();
      case TAG.integer: return this.#varint();
      case TAG.negative: return -this.#varint();
      case TAG.text: return this.#text(this.#varint());
      case TAG.newText: return this.#keep(this.#raw());
      case TAG.longText: return this.#raw();
      case TAG.array: return this.#array();
      case TAG.object: return this.#object(this.#shapes[this.#varint()]);
      case TAG.newObject: return this.#object(this.#shape());
      default: throw new PackError(`no value begins with byte ${tag}`);
    }
  }

  #double(): number {
    const at = this.#skip(8);
    return this.#view.getFloat64(at, true);
  }

  #text(index: number): string {
    const text = this.#texts[index];
    if (text === undefined) throw new PackError(`text ${index} was never written`);
    return text;
  }

  #keep(text: string): string {
    this.#texts.push(text);
    return text;
  }

  #raw(): string {
    const length = this.#varint();
    const at = this.#skip(length);
    if (length < 24) {
      let text = "";
      for (let i = at; i < at + length; i++) {
        const code = this.#bytes[i] ?? 0;
        if (code >= 0x80) return this.#decoder.decode(this.#bytes.subarray(at, at + length));
        text += String.fromCharCode(code);
      }
      return text;
    }
    return this.#decoder.decode(this.#bytes.subarray(at, at + length));
  }

  #array(): unknown[] {
    const length = this.#count();
    const list: unknown[] = [];
    for (let i = 0; i < length; i++) list.push(this.value());
    return list;
  }

  #shape(): string[] {
    const length = this.#count();
    const keys = Array.from({ length }, () => String(this.value()));
    this.#shapes.push(keys);
    return keys;
  }

  #object(keys: readonly string[] | undefined): Record<string, unknown> {
    if (keys === undefined) throw new PackError("fields that were never written");
    const object: Record<string, unknown> = {};
    for (const key of keys) object[key] = this.value();
    return object;
  }

  /** Of things that take a byte each at least. */
  #count(): number {
    const count = this.#varint();
    if (count > this.#bytes.length - this.#at) throw new PackError(`${count} values in ${this.#bytes.length - this.#at} bytes`);
    return count;
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)] ?? 0;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > Number.MAX_SAFE_INTEGER) throw new PackError("a number without an end");
    }
  }

  #skip(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) throw new PackError("the bytes end within a value");
    this.#at = at + length;
    return at;
  }
}

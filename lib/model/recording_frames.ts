/**
 * A recording as it is kept: frames of packed events, appended.
 *
 * The file begins with {@linkcode MAGIC}. A frame is its length, the CRC-32 of its body, and the body: one byte that says what it is,
 * then the data. Integers are little-endian, 32 bits. The first frame is the header as JSON, the others are events, packed
 * (pack.ts) and deflated. An event's number is its place; its time is written as the difference from the event before.
 *
 * A writer that is killed, and a disk that is full, leave at most the last frame cut: a reader takes the whole events out of that too.
 *
 * @module
 */
import { crc32 } from "./crc32.ts";
import type { Event, RecordingHeader } from "./event.ts";
import { Packer, Unpacker } from "./pack.ts";
import { eventOf, headerOf } from "./recording_check.ts";

/** As PNG's: a byte above 127, a name, a line end that a text transfer would change, an end of file for a terminal. */
export const MAGIC = Uint8Array.of(0x89, 0x46, 0x53, 0x52, 0x0d, 0x0a, 0x1a, 0x0a);

const FRAME = { header: 1, packed: 2, deflated: 3 } as const;
const HEAD = 8;
/** Below, deflating gains nothing. */
const SHORT = 64;
/** A longer frame is damage: no writer collects so much. */
const LONGEST = 1 << 28;

/** Compresses whole. */
export type Deflate = (bytes: Uint8Array) => Uint8Array;
/** Raw inflate of what there is; of a cut stream what can be had. */
export type Inflate = (bytes: Uint8Array) => Uint8Array;

/** Turns events into bytes to be appended to a file. */
export class RecordingWriter {
  readonly #packer = new Packer();
  readonly #deflate: Deflate;
  readonly #header: RecordingHeader;
  #time = 0;

  constructor(header: RecordingHeader, deflate: Deflate) {
    this.#header = header;
    this.#deflate = deflate;
  }

  /** First bytes of the file. */
  begin(): Uint8Array {
    return joined(MAGIC, frame(FRAME.header, new TextEncoder().encode(JSON.stringify(this.#header))));
  }

  add(event: Event): void {
    const { n: _, t, ...rest } = event;
    this.#packer.value(t - this.#time);
    this.#packer.value(rest);
    this.#time = t;
  }

  /** Bytes that wait for `take`, before compression. */
  get waiting(): number {
    return this.#packer.length;
  }

  /** The next bytes of the file: a frame with the events added since the last one; none, no bytes. */
  take(): Uint8Array {
    if (this.#packer.length === 0) return new Uint8Array(0);
    const packed = this.#packer.take();
    if (packed.length < SHORT) return frame(FRAME.packed, packed);
    return frame(FRAME.deflated, this.#deflate(packed));
  }
}

/** Reads a recording piece by piece. */
export class RecordingReader {
  /** Known once the first frame was read. */
  header: RecordingHeader | undefined;
  damaged: { where: string; why: string } | undefined;
  readonly #inflate: Inflate;
  readonly #unpacker = new Unpacker();
  #rest: Uint8Array = new Uint8Array(0);
  #started = false;
  /** Place in the file of the first byte of `#rest`. */
  #offset = 0;
  #next = 0;
  #time = 0;

  constructor(inflate: Inflate) {
    this.#inflate = inflate;
  }

  /**
   * Takes the next bytes of the file; gives the events that they complete. After damage nothing more comes.
   *
   * @throws {Error} it is no recording, or one of a higher version.
   */
  push(bytes: Uint8Array): Event[] {
    if (this.damaged) return [];
    this.#rest = joined(this.#rest, bytes);
    const events: Event[] = [];
    for (let body = this.#frame(); body !== undefined && !this.damaged; body = this.#frame()) this.#read(body, events);
    return events;
  }

  /** The file ended: gives the whole events of a frame that is cut, and notes the damage. */
  end(): Event[] {
    if (this.damaged) return [];
    if (this.header === undefined) headerOf(undefined);
    if (this.#rest.length === 0) return [];
    const events: Event[] = [];
    const kind = this.#rest[HEAD];
    if (kind === FRAME.packed || kind === FRAME.deflated) this.#unpack(kind, this.#rest.subarray(HEAD + 1), events);
    this.damaged = { where: `byte ${this.#offset}`, why: "the frame is cut" };
    return events;
  }

  /** The body of the next whole frame; undefined when it is not all there, or damaged. */
  #frame(): Uint8Array | undefined {
    if (!this.#started && !this.#start()) return undefined;
    if (this.#rest.length < HEAD) return undefined;
    const view = new DataView(this.#rest.buffer, this.#rest.byteOffset, HEAD);
    const [length, sum] = [view.getUint32(0, true), view.getUint32(4, true)];
    if (length === 0 || length > LONGEST) return this.#spoilt(`a frame of ${length} bytes`);
    if (this.#rest.length < HEAD + length) return undefined;
    const body = this.#rest.subarray(HEAD, HEAD + length);
    if (crc32(body) !== sum) return this.#spoilt("the checksum of the frame is wrong");
    this.#skip(HEAD + length);
    return body;
  }

  #start(): boolean {
    if (this.#rest.length < MAGIC.length) return false;
    if (!isFrames(this.#rest)) headerOf(undefined);
    this.#skip(MAGIC.length);
    return (this.#started = true);
  }

  #skip(length: number): void {
    this.#rest = this.#rest.subarray(length);
    this.#offset += length;
  }

  #spoilt(why: string): undefined {
    if (this.header === undefined) throw new Error(`Cannot read recording: ${why} where its header is due`);
    this.damaged = { where: `byte ${this.#offset}`, why };
  }

  #read(body: Uint8Array, events: Event[]): void {
    const kind = body[0];
    if (this.header === undefined) this.header = headerOf(kind === FRAME.header ? json(body.subarray(1)) : undefined);
    else if (kind === FRAME.packed || kind === FRAME.deflated) this.#unpack(kind, body.subarray(1), events);
    else this.#spoilt(`a frame of kind ${kind}`);
  }

  #unpack(kind: number, data: Uint8Array, events: Event[]): void {
    try {
      this.#unpacker.feed(kind === FRAME.deflated ? this.#inflate(data) : data);
      while (!this.#unpacker.done && !this.damaged) this.#event(events);
    } catch (error) {
      this.#spoilt(error instanceof Error ? error.message : String(error));
    }
  }

  #event(events: Event[]): void {
    const took = this.#unpacker.value();
    const fields = this.#unpacker.value();
    const t = this.#time + Number(took);
    const event = eventOf(typeof fields === "object" ? { n: this.#next, t, ...fields } : fields, this.#next, "an event is no object");
    if (typeof event === "string") return this.#spoilt(event);
    this.#time = t;
    this.#next++;
    events.push(event);
  }
}

/** True for bytes that begin as a recording of frames does. */
export function isFrames(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

function frame(kind: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEAD + 1 + data.length);
  const view = new DataView(bytes.buffer);
  bytes[HEAD] = kind;
  bytes.set(data, HEAD + 1);
  view.setUint32(0, 1 + data.length, true);
  view.setUint32(4, crc32(bytes.subarray(HEAD)), true);
  return bytes;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Socket addresses: a text or bytes for unix sockets, host and port for IPv4 and IPv6.
 *
 * @module
 */
import { type Block, type Scratch } from "../../ffi/mod.ts";
import { AF_INET, AF_INET6, AF_UNIX } from "../../ffi/constants/socket.ts";
import { SOCKADDR_IN, SOCKADDR_IN6, SOCKADDR_UN } from "../../ffi/layout/socket.ts";
import { checkBuffer } from "../fd/buffer.ts";
import { checkInteger, checkString, wrongSize, wrongType, wrongValue } from "../validate.ts";
import { isIPv4, octetsOf, textOf } from "./inet.ts";

/** An IPv4 or IPv6 address: { host: "127.0.0.1", port: 80 }, { host: "::1", port: 80 }. */
export interface InetAddress {
  /** A number, no name: nothing is looked up. */
  host: string;
  /** 0 to 65535; bind takes 0 for one that the kernel chooses. */
  port: number;
  /** IPv6: number of the interface that a link-local host belongs to. 0 unless given; told when it is not 0. */
  scope?: number;
  /** IPv6: traffic class and flow label. 0 unless given; told when it is not 0. */
  flow?: number;
}

/**
 * A socket's address.
 * - a path, at most 107 bytes: "/tmp/x.sock"; one that starts with "@" is written "./@x"
 * - "@name": an abstract name of at most 107 bytes, NULs among them, which needs no file and ends with its socket
 * - "": none; bind then lets the kernel choose an abstract name
 * - bytes: what follows the family in struct sockaddr_un, up to 108, for a name that is no text in UTF-8
 * - host and port: IPv4 or IPv6
 *
 * What a call gives is a text wherever a text can name it.
 */
export type SocketAddress = string | Uint8Array | InetAddress;

/** Room that any address fits in: struct sockaddr_storage. */
export const ADDRESS_ROOM = 128;

const PATH_AT = SOCKADDR_UN.at.sun_path;
const PATH_ROOM = SOCKADDR_UN.size - PATH_AT;
const MAX_NAME = PATH_ROOM - 1;
const MAX_U32 = 0xffffffff;
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Refuses what is no address. */
export function checkAddress(call: string, address: unknown): SocketAddress {
  if (typeof address === "string") {
    if (address.startsWith("@")) checkString(call, address.slice(1).replaceAll("\0", " "), "address", MAX_NAME);
    else checkString(call, address, "address", MAX_NAME);
    return address;
  }
  if (ArrayBuffer.isView(address)) {
    const bytes = checkBuffer(call, address, "address");
    if (bytes.length > PATH_ROOM) throw wrongSize(call, "address", `${bytes.length} bytes`, `at most ${PATH_ROOM}`);
    return bytes;
  }
  if (typeof address !== "object" || address === null) throw wrongType(call, "address", address, "a path, @name, bytes or { host, port }");
  const { host, port, scope = 0, flow = 0 } = address as Partial<InetAddress>;
  checkInteger(call, "port", port, 0, 65535);
  checkInteger(call, "scope", scope, 0, MAX_U32);
  checkInteger(call, "flow", flow, 0, MAX_U32);
  const limit = "an IPv4 or IPv6 address in numbers";
  if (typeof host !== "string") throw wrongType(call, "host", host, limit);
  if (octetsOf(host) === undefined) throw wrongValue(call, "host", host, limit);
  if (isIPv4(host) && (scope !== 0 || flow !== 0)) throw wrongValue(call, "host", host, "an IPv6 address where scope or flow is given");
  return address as InetAddress;
}

/** Address family of a checked address. */
export function familyOf(address: SocketAddress): number {
  if (typeof address === "string" || ArrayBuffer.isView(address)) return AF_UNIX;
  return isIPv4(address.host) ? AF_INET : AF_INET6;
}

/** Writes a checked address as C wants it; the block's length is the address's. */
export function encodeAddress(address: SocketAddress, room: Scratch): Block {
  if (typeof address === "string") return encodeUnix(unixBytes(address), room);
  if (ArrayBuffer.isView(address)) return encodeUnix(address, room);
  return isIPv4(address.host) ? encodeInet(address, room) : encodeInet6(address, room);
}

/** Reads an address of `length` bytes; of an unknown family as "". */
export function decodeAddress(block: Block, length: number): SocketAddress {
  if (length < PATH_AT) return "";
  const family = block.view.getUint16(0, true);
  if (family === AF_UNIX) return decodeUnix(block.bytes.subarray(PATH_AT, Math.min(length, SOCKADDR_UN.size)));
  if (family === AF_INET) return decodeInet(block);
  return family === AF_INET6 ? decodeInet6(block) : "";
}

/** sun_path of a text: "@" stands for the NUL of an abstract name, and a path ends with one. */
function unixBytes(address: string): Uint8Array {
  const bytes = encoder.encode(address !== "" && !address.startsWith("@") ? `${address}\0` : address);
  if (address.startsWith("@")) bytes[0] = 0;
  return bytes;
}

function encodeUnix(name: Uint8Array, room: Scratch): Block {
  const block = room.take(PATH_AT + name.length);
  block.setU16(SOCKADDR_UN.at.sun_family, AF_UNIX);
  block.bytes.set(name, PATH_AT);
  return block;
}

function encodeInet({ host, port }: InetAddress, room: Scratch): Block {
  const { at, size } = SOCKADDR_IN;
  const block = room.take(size);
  block.setU16(at.sin_family, AF_INET);
  block.view.setUint16(at.sin_port, port, false);
  block.bytes.set(octetsOf(host) ?? [], at.sin_addr);
  return block;
}

function encodeInet6({ host, port, scope = 0, flow = 0 }: InetAddress, room: Scratch): Block {
  const { at, size } = SOCKADDR_IN6;
  const block = room.take(size);
  block.setU16(at.sin6_family, AF_INET6);
  block.view.setUint16(at.sin6_port, port, false);
  block.view.setUint32(at.sin6_flowinfo, flow, false);
  block.bytes.set(octetsOf(host) ?? [], at.sin6_addr);
  block.setU32(at.sin6_scope_id, scope);
  return block;
}

function decodeInet({ bytes, view }: Block): InetAddress {
  const { at } = SOCKADDR_IN;
  return { host: textOf(bytes.subarray(at.sin_addr, at.sin_addr + 4)), port: view.getUint16(at.sin_port, false) };
}

function decodeInet6(block: Block): InetAddress {
  const { at } = SOCKADDR_IN6;
  const scope = block.u32(at.sin6_scope_id);
  const flow = block.view.getUint32(at.sin6_flowinfo, false);
  return {
    host: textOf(block.bytes.subarray(at.sin6_addr, at.sin6_addr + 16)),
    port: block.view.getUint16(at.sin6_port, false),
    ...(scope === 0 ? {} : { scope }),
    ...(flow === 0 ? {} : { flow }),
  };
}

/** A text where encoding it gives the same bytes again; else the bytes. */
function decodeUnix(path: Uint8Array): string | Uint8Array {
  if (path.length === 0) return "";
  const end = path[0] === 0 ? -1 : path.indexOf(0);
  const name = end < 0 ? path : path.subarray(0, end);
  const text = path[0] === 0 ? decoded("@", name.subarray(1)) : decoded("", name);
  const ambiguous = path[0] === 0x40 || (path[0] !== 0 && name.length > MAX_NAME);
  return text === undefined || ambiguous ? name.slice() : text;
}

function decoded(prefix: string, bytes: Uint8Array): string | undefined {
  try {
    return prefix + strict.decode(bytes);
  } catch {
    return undefined;
  }
}

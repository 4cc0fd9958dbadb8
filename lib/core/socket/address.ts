/**
 * Socket addresses: a text for unix sockets, host and port for IPv4.
 *
 * @module
 */
import { type Block, type Scratch } from "../../ffi/mod.ts";
import { AF_INET, AF_UNIX } from "../../ffi/constants/socket.ts";
import { SOCKADDR_IN, SOCKADDR_UN } from "../../ffi/layout/socket.ts";
import { checkInteger, checkString, wrongType, wrongValue } from "../validate.ts";

/** An IPv4 address: { host: "127.0.0.1", port: 80 }. */
export interface InetAddress {
  host: string;
  port: number;
}

/**
 * A socket's address.
 * - a path, at most 107 bytes: "/tmp/x.sock"; one that starts with "@" is written "./@x"
 * - "@name": an abstract name of at most 107 bytes, which needs no file and ends with its socket
 * - "": none; bind then lets the kernel choose an abstract name
 * - host and port: IPv4
 */
export type SocketAddress = string | InetAddress;

/** Room that any address fits in: struct sockaddr_storage. */
export const ADDRESS_ROOM = 128;

const PATH_AT = SOCKADDR_UN.at.sun_path;
const MAX_NAME = SOCKADDR_UN.size - PATH_AT - 1;
const decoder = new TextDecoder();

/** Refuses what is no address. */
export function checkAddress(call: string, address: unknown): SocketAddress {
  if (typeof address === "string") {
    const abstract = address.startsWith("@");
    checkString(call, abstract ? address.slice(1) : address, "address", MAX_NAME);
    return address;
  }
  if (typeof address !== "object" || address === null) throw wrongType(call, "address", address, "a path, @name or { host, port }");
  const { host, port } = address as Partial<InetAddress>;
  checkInteger(call, "port", port, 0, 65535);
  octets(call, host);
  return address as InetAddress;
}

/** Writes a checked address as C wants it; the block's length is the address's. */
export function encodeAddress(call: string, address: SocketAddress, room: Scratch): Block {
  return typeof address === "string" ? encodeUnix(address, room) : encodeInet(call, address, room);
}

/** Reads an address of `length` bytes; of an unknown family as "". */
export function decodeAddress(block: Block, length: number): SocketAddress {
  if (length < PATH_AT) return "";
  const family = block.view.getUint16(0, true);
  if (family === AF_UNIX) return decodeUnix(block.bytes.subarray(PATH_AT, Math.min(length, SOCKADDR_UN.size)));
  if (family !== AF_INET) return "";
  const at = SOCKADDR_IN.at;
  return { host: block.bytes.subarray(at.sin_addr, at.sin_addr + 4).join("."), port: block.view.getUint16(at.sin_port, false) };
}

function encodeUnix(address: string, room: Scratch): Block {
  const name = new TextEncoder().encode(address);
  const terminator = address !== "" && !address.startsWith("@") ? 1 : 0;
  const block = room.take(PATH_AT + name.length + terminator);
  block.setU16(SOCKADDR_UN.at.sun_family, AF_UNIX);
  block.bytes.set(name, PATH_AT);
  if (address.startsWith("@")) block.bytes[PATH_AT] = 0;
  return block;
}

function encodeInet(call: string, address: InetAddress, room: Scratch): Block {
  const block = room.take(SOCKADDR_IN.size);
  block.setU16(SOCKADDR_IN.at.sin_family, AF_INET);
  block.view.setUint16(SOCKADDR_IN.at.sin_port, address.port, false);
  block.bytes.set(octets(call, address.host), SOCKADDR_IN.at.sin_addr);
  return block;
}

function octets(call: string, host: unknown): number[] {
  if (typeof host !== "string") throw wrongType(call, "host", host, "an IPv4 address as text");
  const parts = host.split(".");
  const valid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  if (!valid) throw wrongValue(call, "host", host, "four numbers from 0 to 255 with dots between");
  return parts.map(Number);
}

function decodeUnix(path: Uint8Array): string {
  if (path.length === 0) return "";
  if (path[0] === 0) return `@${decoder.decode(path.subarray(1))}`;
  const end = path.indexOf(0);
  return decoder.decode(end < 0 ? path : path.subarray(0, end));
}

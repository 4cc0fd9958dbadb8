/** Sockets of one call, without blocking the event loop. @module */
import { SOCK_CLOEXEC, SOCK_STREAM } from "../../ffi/constants/socket.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { Fd, ownNew } from "../fd/fd.ts";
import { entering } from "../tap.ts";
import { checkFd, checkOptions } from "../validate.ts";
import { checkAddress, familyOf, type SocketAddress } from "./address.ts";
import { type Accepted, addressOrNone, checkType, type ConnectOptions } from "./ready_made.ts";
import { socket } from "./socket.ts";
import { accepted, connected } from "./socket_async.ts";

/**
 * {@linkcode acceptFrom} without blocking the event loop.
 *
 * @throws {SystemError} as {@linkcode accept4Async}
 * @see https://man7.org/linux/man-pages/man2/accept.2.html
 * @example
 * ```ts
 * import { acceptFromAsync, connectToAsync, getsockname, listenOn } from "forkscope";
 * using door = listenOn({ host: "127.0.0.1", port: 0 });
 * const accepted = acceptFromAsync(door);
 * using caller = await connectToAsync(getsockname(door.number));
 * using callee = (await accepted).fd;
 * await caller.writeAsync("hello");
 * console.log(await callee.readAsync(new Uint8Array(8))); // 5
 * ```
 */
export async function acceptFromAsync(door: Fd | number, options?: AsyncOptions): Promise<Accepted> {
  entering("acceptFromAsync");
  const number = checkFd("acceptFromAsync", door instanceof Fd ? door.number : door);
  const asker = { call: "accept4", args: [number, SOCK_CLOEXEC], signal: asyncSignal("acceptFromAsync", options) };
  const fd = ownNew(await accepted(number, SOCK_CLOEXEC, asker));
  return { fd, from: addressOrNone(fd) };
}

/**
 * {@linkcode connectTo} without blocking the event loop. After an abort the socket is closed.
 *
 * @throws {SystemError} as {@linkcode connectAsync}
 * @see https://man7.org/linux/man-pages/man2/connect.2.html
 * @example
 * ```ts
 * import { connectToAsync, SystemError } from "forkscope";
 * try {
 *   await connectToAsync("@nobody-listens", { signal: AbortSignal.timeout(10_000) });
 * } catch (error) {
 *   console.log(error instanceof SystemError && error.code); // "ECONNREFUSED"
 * }
 * ```
 */
export async function connectToAsync(address: SocketAddress, options: ConnectOptions & AsyncOptions = {}): Promise<Fd> {
  entering("connectToAsync");
  const checked = checkAddress("connectToAsync", address);
  checkOptions("connectToAsync", options);
  const { type = SOCK_STREAM } = options;
  checkType("connectToAsync", type);
  const signal = asyncSignal("connectToAsync", options);
  const fd = ownNew(socket(familyOf(checked), type | SOCK_CLOEXEC));
  try {
    await connected(fd.number, checked, { call: "connect", args: [fd.number, address], signal });
    return fd;
  } catch (error) {
    fd.close();
    throw error;
  }
}

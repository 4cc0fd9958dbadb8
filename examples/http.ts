/** As little of HTTP/1.1 as the servers of these examples need: one request a connection. */
import type { Fd } from "forkscope";

const decoder = new TextDecoder();

/** Reads a request's head and answers it; false when the caller went away before it was whole. */
export function answer(call: Fd, text: string): boolean {
  const buffer = new Uint8Array(4096);
  let head = "";
  while (!head.includes("\r\n\r\n")) {
    const count = call.read(buffer);
    if (count === 0 || head.length > 65536) return false;
    head += decoder.decode(buffer.subarray(0, count));
  }
  call.writeAll(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`);
  return true;
}

/**
 * The two carriers: the Electron façade, and a WebSocket to the engine that served the page.
 *
 * @module
 */
import type { Message, Request } from "../../engine/protocol.ts";
import type { Bridge } from "./bridge.ts";
import type { Transport } from "./client.ts";

export function bridgeTransport(bridge: Bridge): Transport {
  const stops: (() => void)[] = [];
  return {
    send: (message) => { bridge.send(message); },
    onMessage: (callback) => { stops.push(bridge.onMessage(callback)); },
    onClosed: (callback) => { stops.push(bridge.onClosed(callback)); },
    close: () => { for (const stop of stops) stop(); },
  };
}

/** Connects to `/ws` of the page's own host. What is sent before the socket is open waits for it. */
export function socketTransport(token: string): Transport {
  const address = new URL("/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("token", token);
  const socket = new WebSocket(address);
  const early: Request[] = [];
  socket.addEventListener("open", () => {
    for (const message of early.splice(0)) socket.send(JSON.stringify(message));
  });
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.CONNECTING) early.push(message);
      else socket.send(JSON.stringify(message));
    },
    onMessage: (callback) => {
      socket.addEventListener("message", (event) => { callback(JSON.parse(String(event.data)) as Message); });
    },
    onClosed: (callback) => {
      socket.addEventListener("close", (event) => { callback(event.reason || `connection closed, code ${event.code}`); });
    },
    close: () => { socket.close(); },
  };
}

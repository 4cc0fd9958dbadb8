/**
 * The one file of the engine that knows which runtime it stands on: serving HTTP with WebSockets.
 * Everything else (files, child processes, stdio) both runtimes give through Node's modules.
 *
 * @module
 */
import type { RuntimeName } from "./protocol.ts";

/** One connected page. */
export interface Peer {
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** What a connected page's messages go to. */
export interface PeerEvents {
  opened(peer: Peer): void;
  received(text: string): void;
  closed(): void;
}

export interface Serving {
  port: number;
  stop(): void;
}

/** Answers a request, or takes it over as a WebSocket by `upgrade` (with headers for the answer). */
export type Handler = (request: Request, upgrade: (events: PeerEvents, headers: Record<string, string>) => Response) => Response;

interface BunSocket { data: PeerEvents; send(text: string): void; close(code: number, reason: string): void }
interface BunServer {
  port: number;
  stop(closeActive: boolean): void;
  upgrade(request: Request, options: { data: PeerEvents; headers: Record<string, string> }): boolean;
}
interface BunGlobal {
  version: string;
  serve(options: {
    hostname: string;
    port: number;
    fetch(request: Request, server: BunServer): Response | undefined;
    websocket: {
      maxPayloadLength: number;
      idleTimeout: number;
      open(socket: BunSocket): void;
      message(socket: BunSocket, text: string | Uint8Array): void;
      close(socket: BunSocket): void;
    };
  }): BunServer;
}
interface DenoGlobal {
  version: { deno: string };
  serve(options: { hostname: string; port: number; onListen(): void }, handler: (request: Request) => Response): {
    addr: { port: number };
    shutdown(): Promise<void>;
  };
  upgradeWebSocket(request: Request, options: { idleTimeout: number }): { socket: WebSocket; response: Response };
}

const globals = globalThis as { Bun?: BunGlobal; Deno?: DenoGlobal };
const MAX_MESSAGE = 1 << 20;

/** The runtime this program runs on, and its version. */
export function host(): { name: RuntimeName; version: string } {
  if (globals.Bun) return { name: "bun", version: globals.Bun.version };
  if (globals.Deno) return { name: "deno", version: globals.Deno.version.deno };
  throw new Error("Cannot start the engine: it runs under Bun or Deno, this is neither");
}

/** Listens on 127.0.0.1; port 0 takes a free one. */
export function serve(port: number, handler: Handler): Serving {
  if (globals.Bun) return serveByBun(globals.Bun, port, handler);
  if (globals.Deno) return serveByDeno(globals.Deno, port, handler);
  throw new Error("Cannot serve: this runtime has no HTTP server the engine knows");
}

function serveByBun(bun: BunGlobal, port: number, handler: Handler): Serving {
  const server = bun.serve({
    hostname: "127.0.0.1",
    port,
    fetch: (request, self) => {
      let upgraded = false;
      const response = handler(request, (events, headers) => {
        upgraded = self.upgrade(request, { data: events, headers });
        return upgraded ? new Response(null) : new Response("Not a WebSocket request\n", { status: 400 });
      });
      return upgraded ? undefined : response;
    },
    websocket: {
      maxPayloadLength: MAX_MESSAGE,
      idleTimeout: 0,
      open: (socket) => { socket.data.opened({ send: (text) => { socket.send(text); }, close: (code, reason) => { socket.close(code, reason); } }); },
      message: (socket, text) => { socket.data.received(typeof text === "string" ? text : new TextDecoder().decode(text)); },
      close: (socket) => { socket.data.closed(); },
    },
  });
  return { port: server.port, stop: () => { server.stop(true); } };
}

function serveByDeno(deno: DenoGlobal, port: number, handler: Handler): Serving {
  const server = deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, (request) =>
    handler(request, (events, headers) => {
      if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") return new Response("Not a WebSocket request\n", { status: 400 });
      const { socket, response } = deno.upgradeWebSocket(request, { idleTimeout: 0 });
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      listen(socket, events);
      return response;
    }));
  return { port: server.addr.port, stop: () => { void server.shutdown(); } };
}

function listen(socket: WebSocket, events: PeerEvents): void {
  const peer: Peer = {
    send: (text) => { if (socket.readyState === WebSocket.OPEN) socket.send(text); },
    close: (code, reason) => { socket.close(code, reason); },
  };
  socket.addEventListener("open", () => { events.opened(peer); });
  socket.addEventListener("message", (event: MessageEvent) => { events.received(String(event.data)); });
  socket.addEventListener("close", () => { events.closed(); });
}

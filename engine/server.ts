/**
 * Serves the explorer and its WebSocket to one browser on this machine.
 *
 * @module
 */
import { Access, isOwnHost, isOwnOrigin } from "./access.ts";
import { servedFile } from "./files.ts";
import { type Handler, type PeerEvents, serve, type Serving } from "./host.ts";
import { rendererFolder } from "./places.ts";
import { COULD_NOT_BEGIN, Refusal } from "./refusal.ts";
import { Client } from "./rpc.ts";

export interface Served {
  /** The link to open, with its one-time token. */
  link: string;
  port: number;
  /** Ends the server and everything its clients started. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** 0: a free one. */
  port: number;
  /** Scenario the page starts with. */
  play?: string;
  /** Folder of the built explorer. */
  folder?: string;
}

/** Nothing but the explorer's own files, and its WebSocket at this host. */
function policy(host: string): string {
  return [
    "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self'",
    `connect-src 'self' ws://${host}`, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].join("; ");
}

const HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

export function serveExplorer({ port, play, folder = rendererFolder }: ServeOptions): Served {
  const clients = new Set<Client>();
  let answer: Handler = () => plain(503, "The engine is not ready yet");
  const serving = listening(port, (request, upgrade) => answer(request, upgrade));
  const access = new Access(serving.port);
  answer = (request, upgrade) => respond(request, upgrade, { access, port: serving.port, folder, clients });
  const query = new URLSearchParams({ token: access.token, ...(play ? { play } : {}) });
  return {
    link: `http://127.0.0.1:${serving.port}/?${query.toString()}`,
    port: serving.port,
    stop: async () => {
      const ended = [...clients].map((client) => client.end());
      serving.stop();
      await Promise.allSettled(ended);
    },
  };
}

/** A port that cannot be had is refused in words. */
function listening(port: number, handler: Handler): Serving {
  try {
    return serve(port, handler);
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (typeof code !== "string") throw error;
    throw new Refusal(`listen on 127.0.0.1:${port}: ${code}`, "Give another port with --port, or 0 for a free one", COULD_NOT_BEGIN);
  }
}

interface House { access: Access; port: number; folder: string; clients: Set<Client> }

function respond(request: Request, upgrade: Parameters<Handler>[1], house: House): Response {
  const host = request.headers.get("host");
  if (host === null || !isOwnHost(host, house.port)) return plain(403, "Refused: the Host header does not name this machine's loopback address");
  if (request.method !== "GET" && request.method !== "HEAD") return plain(405, "Refused: only GET and HEAD are served");
  const url = new URL(request.url);
  const socket = url.pathname === "/ws";
  if (socket && !isOwnOrigin(request.headers.get("origin"), host)) return plain(403, "Refused: the page that asks was not served from here");
  const admission = house.access.admit(request.headers.get("cookie"), url.searchParams.get("token"));
  if (!admission.ok) return plain(403, refusals[admission.why]);
  const extra: Record<string, string> = admission.session ? { "set-cookie": house.access.setCookie(admission.session) } : {};
  if (socket) return upgrade(conversation(house.clients), extra);
  const file = servedFile(house.folder, url.pathname);
  if (file) {
    const headers = { ...HEADERS, "content-security-policy": policy(host), "content-type": file.type, ...extra };
    return new Response(request.method === "HEAD" ? null : file.bytes, { headers });
  }
  return url.pathname === "/" ? plain(500, "The explorer is not built: run npm run build, then open the link again", extra) : plain(404, "Not found", extra);
}

const refusals = {
  spent: "Refused: this link has been used by another browser. Each start of forkscope serve prints a link that works once; start it again for a new one",
  unknown: "Refused: this address needs the link that forkscope serve printed, with its token",
};

function plain(status: number, text: string, extra: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, { status, headers: { ...HEADERS, "content-security-policy": "default-src 'none'", "content-type": "text/plain; charset=utf-8", ...extra } });
}

function conversation(clients: Set<Client>): PeerEvents {
  let client: Client | undefined;
  return {
    opened: (peer) => {
      client = new Client((message) => { peer.send(JSON.stringify(message)); });
      clients.add(client);
    },
    received: (text) => { client?.receive(text); },
    closed: () => {
      if (!client) return;
      clients.delete(client);
      void client.end();
    },
  };
}

/**
 * Who may speak to the serving engine: loopback names only, and one browser per link.
 *
 * @module
 */
import { randomBytes, timingSafeEqual } from "node:crypto";

/** How a visitor was let in; "session" carries the value of a cookie to set. */
export type Admission =
  | { ok: true; session?: string }
  | { ok: false; why: "spent" | "unknown" };

/** The printed link's token buys one session; the session's cookie (or, within it, the same token) opens everything else. */
export class Access {
  readonly token = secret();
  /** Cookies are shared between the ports of a host, so the name carries the port. */
  readonly cookie: string;
  #session: string | undefined;

  constructor(port: number) {
    this.cookie = `forkscope_${port}`;
  }

  /** Lets in who brings the session's cookie, or the token before anyone has used it. */
  admit(cookies: string | null, token: string | null): Admission {
    const session = readCookie(cookies, this.cookie);
    if (session !== undefined && this.#session !== undefined && equal(session, this.#session)) return { ok: true };
    if (token === null || !equal(token, this.token)) return { ok: false, why: "unknown" };
    if (this.#session !== undefined) return { ok: false, why: "spent" };
    this.#session = secret();
    return { ok: true, session: this.#session };
  }

  /** The Set-Cookie header that hands a session over. */
  setCookie(session: string): string {
    return `${this.cookie}=${session}; Path=/; HttpOnly; SameSite=Strict`;
  }
}

/** True when the Host header names this machine's loopback at our port: a rebound DNS name does not. */
export function isOwnHost(host: string | null, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}` || host === `[::1]:${port}`;
}

/** True when the Origin header is the page this engine served at the same host. */
export function isOwnOrigin(origin: string | null, host: string | null): boolean {
  return origin !== null && origin === `http://${host}`;
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}

function readCookie(header: string | null, name: string): string | undefined {
  for (const pair of (header ?? "").split(";")) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name) return value;
  }
  return undefined;
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

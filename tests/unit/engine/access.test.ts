import { describe, expect, it } from "vitest";
import { Access, isOwnHost, isOwnOrigin } from "../../../engine/access.ts";

describe("Access", () => {
  it("lets the token in once, and its session ever after", () => {
    const access = new Access(4000);
    const first = access.admit(null, access.token);
    if (!first.ok || !first.session) throw new Error("the first use of the link was refused");
    const cookie = access.setCookie(first.session);
    expect(cookie).toMatch(/^forkscope_4000=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/);
    const sent = `theme=dark; ${cookie.split(";")[0]}`;
    expect(access.admit(sent, null)).toEqual({ ok: true });
    expect(access.admit(sent, access.token)).toEqual({ ok: true });
  });

  it("refuses a second browser with the same link, and says why", () => {
    const access = new Access(4000);
    access.admit(null, access.token);
    expect(access.admit(null, access.token)).toEqual({ ok: false, why: "spent" });
  });

  it.each([
    ["nothing", null, null],
    ["another token", null, "x".repeat(32)],
    ["an empty token", null, ""],
    ["a made-up cookie before any session", "forkscope_4000=undefined", null],
  ])("refuses %s", (_why, cookie, token) => {
    expect(new Access(4000).admit(cookie, token)).toEqual({ ok: false, why: "unknown" });
  });

  it("refuses a made-up cookie, and the cookie of another port", () => {
    const access = new Access(4000);
    const admitted = access.admit(null, access.token);
    expect(access.admit("forkscope_4000=guess", null).ok).toBe(false);
    expect(access.admit(`forkscope_4001=${admitted.ok ? admitted.session : ""}`, null).ok).toBe(false);
  });

  it("makes a new token each time", () => {
    expect(new Access(1).token).not.toBe(new Access(1).token);
  });
});

describe("isOwnHost", () => {
  it.each([
    ["127.0.0.1:4000", true],
    ["localhost:4000", true],
    ["[::1]:4000", true],
    ["127.0.0.1:4001", false], // another server's port
    ["127.0.0.1", false],
    ["evil.example:4000", false], // a rebound DNS name
    ["127.0.0.1.evil.example:4000", false],
    [null, false],
  ])("%s: %s", (host, own) => {
    expect(isOwnHost(host, 4000)).toBe(own);
  });
});

describe("isOwnOrigin", () => {
  it.each([
    ["http://127.0.0.1:4000", "127.0.0.1:4000", true],
    ["http://localhost:4000", "127.0.0.1:4000", false],
    ["http://evil.example", "127.0.0.1:4000", false],
    ["null", "127.0.0.1:4000", false],
    [null, "127.0.0.1:4000", false],
  ])("%s at %s: %s", (origin, host, own) => {
    expect(isOwnOrigin(origin, host)).toBe(own);
  });
});

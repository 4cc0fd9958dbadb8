/** `forkscope serve`: one browser on this machine, and nobody else. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ended, firstLine, forkscope, root, start } from "../../helpers/forkscope.ts";
import { skip } from "../../helpers/skip.ts";

let server: ReturnType<typeof start>;
let link: URL;
let cookie = "";

before(async () => {
  server = start(["serve", "--port", "0", "--play", "zombie"]);
  link = new URL(await firstLine(server));
});
after(async () => {
  const end = ended(server);
  server.kill("SIGTERM");
  assert.deepEqual(await end, [0, null]);
});

interface Answer { status: number; headers: Map<string, string>; body: string }

/** A request written by hand: no client tidies up its path or chooses its headers. */
function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const lines = Object.entries({ host: link.host, connection: "close", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(link.port), "127.0.0.1", () => { socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`); });
    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (piece: string) => {
      text += piece;
      const answer = parse(text);
      if (!answer) return;
      socket.destroy();
      resolve(answer);
    });
    socket.on("error", reject);
    socket.on("close", () => { reject(new Error(`the server closed after ${JSON.stringify(text)}`)); });
  });
}

/** The answer once it is whole. */
function parse(text: string): Answer | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
  const body = text.slice(end + 4);
  const whole = Number(headers.get("content-length") ?? 0) <= new TextEncoder().encode(body).length;
  return whole ? { status: Number(first.split(" ")[1]), headers, body } : undefined;
}

const handshake = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };

test("the link names loopback, a token, and what to play", () => {
  assert.equal(link.hostname, "127.0.0.1");
  assert.match(link.searchParams.get("token") ?? "", /^[\w-]{32}$/);
  assert.equal(link.searchParams.get("play"), "zombie");
});

test("without the token nothing is served, not even that a file is there", async () => {
  for (const path of ["/", "/index.html", "/none.js", "/ws?token=guess", "/?token="]) {
    const { status } = await get(path, path.startsWith("/ws") ? { ...handshake, origin: link.origin } : {});
    assert.equal(status, 403, path);
  }
});

test("another host name is refused even with the token: DNS rebinding", async () => {
  const { status, body } = await get(link.pathname + link.search, { host: `evil.example:${link.port}` });
  assert.equal(status, 403);
  assert.match(body, /Host header/);
});

test("a page from elsewhere gets no WebSocket even with the token", async () => {
  for (const origin of ["http://evil.example", "null", `http://localhost:${link.port}`]) {
    assert.equal((await get(`/ws${link.search}`, { ...handshake, origin })).status, 403, origin);
  }
  assert.equal((await get(`/ws${link.search}`, handshake)).status, 403, "no Origin");
});

test("the link's first use gives the explorer and a cookie", async (t) => {
  const { status, headers, body } = await get(link.pathname + link.search);
  const set = String(headers.get("set-cookie"));
  assert.match(set, /HttpOnly; SameSite=Strict/);
  cookie = set.split(";")[0] ?? "";
  assert.match(String(headers.get("content-security-policy")), /default-src 'none'/);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  if (!existsSync(join(root, "out", "renderer", "index.html"))) return skip(t, "the explorer is not built (npm run build)");
  assert.equal(status, 200);
  assert.match(String(headers.get("content-type")), /^text\/html/);
  assert.match(body, /<script/);
});

test("a second browser with the same link is told why not", async () => {
  const { status, headers, body } = await get(link.pathname + link.search);
  assert.equal(status, 403);
  assert.match(String(headers.get("content-type")), /^text\/plain/);
  assert.match(body, /used by another browser/);
});

test("a way out of the folder is refused", async () => {
  for (const path of ["/../package.json", "/%2e%2e/package.json", "/..%2f..%2fpackage.json", "/assets/../../package.json", "//etc/passwd", "/%00.js"]) {
    const { status, body } = await get(path, { cookie });
    assert.ok(status === 404 || status === 400, `${path}: ${status}`);
    assert.ok(!body.includes("forkscope-workspace"), path);
  }
});

test("only reading is served", async () => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) assert.equal((await get("/", { cookie }, method)).status, 405, method);
});

test("the session's WebSocket opens with its cookie, and only with it", async () => {
  assert.equal((await get("/ws", { ...handshake, origin: link.origin, cookie })).status, 101);
  assert.equal((await get(`/ws${link.search}`, { ...handshake, origin: link.origin, cookie })).status, 101, "with the spent token too");
  assert.equal((await get(`/ws${link.search}`, { ...handshake, origin: link.origin })).status, 403, "the spent token alone");
});

test("a port that is taken is refused in words", async () => {
  const { code, stdout, stderr } = await forkscope(["serve", "--port", link.port]);
  assert.deepEqual({ code, stdout }, { code: 3, stdout: "" });
  assert.match(stderr, new RegExp(`^forkscope: listen on 127\\.0\\.0\\.1:${link.port}: EADDRINUSE\nforkscope: Give another port`));
});

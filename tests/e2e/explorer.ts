/**
 * Opens the explorer for a test: in Electron, or served to Chromium, by the project's name.
 * The page says when it is idle and where it stands (data-idle, data-cursor, ...): tests wait for these facts.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { _electron, type BrowserType, type ElectronApplication, expect, type Locator, type Page, test as base } from "@playwright/test";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const sandboxed = process.env["FORKSCOPE_SANDBOX"] === "on";
const keepPictures = process.env["FORKSCOPE_PICTURES"] === "1";

/** The explorer under test, and what the tests ask of it in either shell. */
export class Explorer {
  readonly page: Page;
  readonly app: Locator;
  readonly shell: string;
  /** Errors the page logged or threw. */
  readonly errors: string[] = [];
  readonly #resize: (width: number, height: number) => Promise<void>;

  constructor(page: Page, shell: string, resize: (width: number, height: number) => Promise<void>) {
    this.page = page;
    this.shell = shell;
    this.app = page.getByTestId("app");
    this.#resize = resize;
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("console", (message) => { if (message.type() === "error") this.errors.push(message.text()); });
  }

  /** Waits until nothing is pending, moving or about to be drawn. */
  async idle(): Promise<void> {
    await expect(this.app).toHaveAttribute("data-idle", "true");
  }

  async fact(name: "cursor" | "length" | "phase"): Promise<string> {
    return await this.app.getAttribute(`data-${name}`) ?? "";
  }

  async cursor(): Promise<number> {
    return Number(await this.fact("cursor"));
  }

  /** Waits until the page stands on a step; looks once a frame, where an assertion would look ever more seldom. */
  async stands(step: number): Promise<void> {
    await this.page.waitForFunction((wanted) => document.querySelector("[data-testid=app]")?.getAttribute("data-cursor") === wanted, String(step));
  }

  async resize(width: number, height: number): Promise<void> {
    await this.#resize(width, height);
    await expect.poll(() => this.page.evaluate(() => [innerWidth, innerHeight])).toEqual([width, height]);
    await this.idle();
  }

  /** A picture of the whole window; kept in docs/pictures only when FORKSCOPE_PICTURES=1, so that tests leave no trace. */
  async picture(name: string): Promise<void> {
    const folder = keepPictures ? join(root, "docs", "pictures") : join(root, "test-results", "pictures");
    mkdirSync(folder, { recursive: true });
    await this.page.mouse.move(0, 0);
    await this.idle();
    await this.page.screenshot({ path: join(folder, `${this.shell}-${name}.png`) });
  }
}

interface Options {
  /** Story the explorer starts with; "none" starts nothing. */
  play: string;
}

export const test = base.extend<Options & { explorer: Explorer }>({
  play: ["hand-over", { option: true }],
  explorer: async ({ play, playwright }, use, info) => {
    const open = info.project.name === "electron" ? inElectron : inChromium(playwright, info.project.use);
    const { explorer, close } = await open(play);
    try {
      await use(explorer);
      expect(explorer.errors).toEqual([]);
    } finally {
      await close();
    }
  },
});

interface Opened { explorer: Explorer; close(): Promise<void> }

async function inElectron(play: string): Promise<Opened> {
  const executablePath = process.env["FORKSCOPE_ELECTRON"];
  if (!executablePath) throw new Error("Open Electron: FORKSCOPE_ELECTRON does not name its binary; npm test sets it");
  const env = { ...definedEnvironment(), FORKSCOPE_PLAY: play };
  const profile = mkdtempSync(join(tmpdir(), "forkscope-e2e-"));
  // Holds the app until the test driver listens; Playwright adds it by itself only for the electron package's own binary.
  const loader = join(root, "node_modules/playwright-core/lib/server/electron/loader.js");
  const args = ["-r", loader, ...(sandboxed ? [] : ["--no-sandbox"]), "--disable-gpu", "--force-device-scale-factor=1", "--lang=en-US", `--user-data-dir=${profile}`, root];
  const app = await _electron.launch({ executablePath, args, env, cwd: root, chromiumSandbox: sandboxed });
  const page = await app.firstWindow();
  await app.evaluate(({ BrowserWindow }) => { for (const window of BrowserWindow.getAllWindows()) window.setPosition(0, 0); });
  return {
    explorer: new Explorer(page, "electron", (width, height) => resizeWindow(app, width, height)),
    close: async () => {
      await app.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

async function resizeWindow(app: ElectronApplication, width: number, height: number): Promise<void> {
  await app.evaluate(({ BrowserWindow }, size) => {
    for (const window of BrowserWindow.getAllWindows()) window.setContentSize(size[0], size[1]);
  }, [width, height] as const);
}

type Playwright = { chromium: BrowserType };
type Use = { launchOptions?: object | undefined; viewport?: { width: number; height: number } | null | undefined };

function inChromium({ chromium }: Playwright, { launchOptions, viewport }: Use): (play: string) => Promise<Opened> {
  return async (play) => {
    const server = await startServer(play);
    const browser = await chromium.launch(launchOptions);
    const page = await browser.newPage({ viewport: viewport ?? null, locale: "en-US", colorScheme: "light", reducedMotion: "reduce" });
    const explorer = new Explorer(page, "chromium", (width, height) => page.setViewportSize({ width, height }));
    await page.goto(server.link);
    return { explorer, close: async () => { await browser.close(); await endServer(server.child); } };
  };
}

/** Starts `forkscope serve` and waits for the link it prints. */
async function startServer(play: string): Promise<{ child: ChildProcess; link: string }> {
  const child = spawn(join(root, "bin/forkscope"), ["serve", "--port", "0", "--play", play], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    const link = line.match(/http:\/\/127\.0\.0\.1:\d+\/\S*/)?.[0];
    if (link) {
      child.stdout.resume();
      return { child, link };
    }
  }
  throw new Error(`Start forkscope serve: it ended without printing a link: ${said.join("\n")}`);
}

async function endServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const forced = setTimeout(() => child.kill("SIGKILL"), 5000);
  await gone;
  clearTimeout(forced);
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export { expect };

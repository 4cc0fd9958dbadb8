import { join } from "node:path";
import { BrowserWindow, nativeTheme } from "electron";
import { channels } from "../shared/bridge.ts";
import { startEngine, type Engine } from "./engine.ts";
import { pageUrl } from "./page.ts";

/** The engine of each window, by the id of its contents. */
const engines = new Map<number, Engine>();

/** Opens an explorer with an engine of its own; the engine goes when the window goes. */
export function openWindow(): void {
  const window = new BrowserWindow({
    width: 1440, height: 900, minWidth: 800, minHeight: 600, useContentSize: true,
    title: "forkscope", backgroundColor: nativeTheme.shouldUseDarkColors ? "#0b0e0f" : "#eef0ef",
    webPreferences: {
      preload: join(__dirname, "../preload/index.cjs"),
      sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, spellcheck: false,
    },
  });
  const id = window.webContents.id;
  renewEngine(window);
  window.on("closed", () => {
    engines.get(id)?.kill();
    engines.delete(id);
  });
  void window.loadURL(pageUrl);
}

export function engineOf(contentsId: number): Engine | undefined {
  return engines.get(contentsId);
}

/** Starts the window's engine, or a new one in place of one that is gone. */
export function renewEngine(window: BrowserWindow): void {
  const { webContents } = window;
  engines.get(webContents.id)?.kill();
  const tell = (channel: string, value: unknown) => {
    if (!window.isDestroyed()) webContents.send(channel, value);
  };
  engines.set(webContents.id, startEngine({
    message: (message) => { tell(channels.message, message); },
    closed: (reason) => { tell(channels.closed, reason); },
  }));
}

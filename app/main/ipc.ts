import { BrowserWindow, dialog, ipcMain, type IpcMainEvent, type IpcMainInvokeEvent } from "electron";
import type { Request } from "../../engine/protocol.ts";
import { channels, type Platform } from "../shared/bridge.ts";
import { isOurPage } from "./page.ts";
import { engineOf, renewEngine } from "./window.ts";

const filters = [{ name: "forkscope recording", extensions: ["fsr", "jsonl"] }, { name: "All files", extensions: ["*"] }];

/** Answers every channel of the façade, and only to the page itself. */
export function answerPage(): void {
  ipcMain.on(channels.platform, (event) => { event.returnValue = trusted(event) ? platform() : null; });
  ipcMain.on(channels.send, (event, message: Request) => {
    if (trusted(event)) engineOf(event.sender.id)?.send(message);
  });
  ipcMain.on(channels.restart, (event) => {
    const window = BrowserWindow.fromWebContents(event.sender);
    if (trusted(event) && window) renewEngine(window);
  });
  ipcMain.handle(channels.openFile, async (event) => {
    const result = await dialog.showOpenDialog(askingWindow(event), { properties: ["openFile"], filters });
    return result.filePaths[0] ?? null;
  });
  ipcMain.handle(channels.saveFile, async (event, suggested: unknown) => {
    const result = await dialog.showSaveDialog(askingWindow(event), { defaultPath: String(suggested), filters });
    return result.filePath ?? null;
  });
}

function platform(): Platform {
  const { electron = "", chrome = "" } = process.versions as Record<string, string | undefined>;
  const play = process.env["FORKSCOPE_PLAY"];
  const open = process.env["FORKSCOPE_OPEN"];
  return { shell: "electron", electron, chrome, os: process.platform, ...(play ? { play } : {}), ...(open ? { open } : {}) };
}

function askingWindow(event: IpcMainInvokeEvent): BrowserWindow {
  const window = BrowserWindow.fromWebContents(event.sender);
  if (!trusted(event) || !window) throw new Error("Refuse dialog: the sender is not the explorer's page");
  return window;
}

function trusted(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isOurPage(frame.url);
}

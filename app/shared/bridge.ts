/**
 * The one façade the preload script gives to the page as `window.forkscope`.
 * In a browser it is absent and the page speaks to the engine over a WebSocket instead.
 *
 * @module
 */
import type { Message, Request } from "../../engine/protocol.ts";

/** Facts about the shell, fixed for the life of the window. */
export interface Platform {
  shell: "electron";
  electron: string;
  chrome: string;
  os: string;
  /** Scenario to start with, when the command line named one; "none" starts nothing. */
  play?: string;
  /** Recording to open at the start. */
  open?: string;
}

export interface Bridge {
  platform: Platform;
  /** Sends one request to this window's engine. */
  send(message: Request): void;
  /** Calls back for every response and notification; returns how to stop. */
  onMessage(callback: (message: Message) => void): () => void;
  /** Calls back when the engine is gone, with what it said last. */
  onClosed(callback: (reason: string) => void): () => void;
  /** Starts a new engine after the old one is gone. */
  restart(): void;
  /** Asks for a recording to open; null when the user thought better of it. */
  openFile(): Promise<string | null>;
  /** Asks where to write a recording. */
  saveFile(suggested: string): Promise<string | null>;
}

declare global {
  interface Window {
    forkscope?: Bridge;
  }
}

/** Every channel between the page's preload and the main process. */
export const channels = {
  send: "forkscope:send",
  message: "forkscope:message",
  closed: "forkscope:closed",
  restart: "forkscope:restart",
  openFile: "forkscope:open-file",
  saveFile: "forkscope:save-file",
  platform: "forkscope:platform",
} as const;

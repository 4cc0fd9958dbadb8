import { contextBridge, ipcRenderer, type IpcRendererEvent } from "electron";
import type { Message } from "../../engine/protocol.ts";
import { channels, type Bridge, type Platform } from "../shared/bridge.ts";

function listen<T>(channel: string, callback: (value: T) => void): () => void {
  const handler = (_event: IpcRendererEvent, value: T) => { callback(value); };
  ipcRenderer.on(channel, handler);
  return () => { ipcRenderer.removeListener(channel, handler); };
}

const bridge: Bridge = {
  platform: ipcRenderer.sendSync(channels.platform) as Platform,
  send: (message) => { ipcRenderer.send(channels.send, message); },
  onMessage: (callback) => listen<Message>(channels.message, callback),
  onClosed: (callback) => listen<string>(channels.closed, callback),
  restart: () => { ipcRenderer.send(channels.restart); },
  openFile: () => ipcRenderer.invoke(channels.openFile) as Promise<string | null>,
  saveFile: (suggested) => ipcRenderer.invoke(channels.saveFile, suggested) as Promise<string | null>,
};

contextBridge.exposeInMainWorld("forkscope", bridge);

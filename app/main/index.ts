import { app, BrowserWindow, Menu, session } from "electron";
import { answerPage } from "./ipc.ts";
import { lockDown } from "./security.ts";
import { openWindow } from "./window.ts";

Menu.setApplicationMenu(null);
answerPage();

void app.whenReady().then(() => {
  lockDown(session.defaultSession);
  openWindow();
  app.on("activate", () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow();
  });
});
app.on("window-all-closed", () => { app.quit(); });

import { app, type Session } from "electron";
import { developmentUrl, isOurPage } from "./page.ts";

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** No permission, no remote request, and the content policy as a header on top of the page's own. */
export function lockDown(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => { answer(false); });
  session.setPermissionCheckHandler(() => false);
  if (developmentUrl !== undefined) return;
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !/^(file|devtools|data|blob):/.test(details.url) });
  });
  session.webRequest.onHeadersReceived((details, answer) => {
    answer({ responseHeaders: { ...details.responseHeaders, "Content-Security-Policy": [policy] } });
  });
}

// Every contents, also one that should never come into being: no navigation, no new window, no webview.
app.on("web-contents-created", (_event, contents) => {
  contents.on("will-navigate", (event, url) => {
    if (!isOurPage(url)) event.preventDefault();
  });
  contents.on("will-attach-webview", (event) => { event.preventDefault(); });
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
});

import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Address of the development server, when electron-vite started one. */
export const developmentUrl = process.env["ELECTRON_RENDERER_URL"];

/** The only page a window may show. */
export const pageUrl = developmentUrl ?? pathToFileURL(join(__dirname, "../renderer/index.html")).href;

/** True for the page itself, whatever its query or fragment. */
export function isOurPage(url: string): boolean {
  const plain = url.replace(/[?#].*$/s, "");
  return developmentUrl === undefined ? plain === pageUrl : new URL(plain).origin === new URL(developmentUrl).origin;
}

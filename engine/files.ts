/**
 * The built explorer's files, read from one folder and nothing outside it.
 *
 * @module
 */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { extname, join, sep } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

export interface ServedFile {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The file a URL path names under `root`, "/" being index.html; undefined for anything else, above all for a way out of it. */
export function servedFile(root: string, path: string): ServedFile | undefined {
  const type = TYPES[extname(path === "/" ? "/index.html" : path)];
  const file = type === undefined ? undefined : inside(root, path === "/" ? "/index.html" : path);
  if (file === undefined || type === undefined) return undefined;
  return { type, bytes: new Uint8Array(readFileSync(file)) };
}

/** The real path of a file below `root`, or undefined. Links that lead out of it are refused with the rest. */
function inside(root: string, path: string): string | undefined {
  try {
    const name = decodeURIComponent(path);
    if (name.includes("\0") || name.split(/[/\\]/).includes("..")) return undefined;
    const [top, file] = [realpathSync(root), realpathSync(join(root, name))];
    return file.startsWith(top + sep) && statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

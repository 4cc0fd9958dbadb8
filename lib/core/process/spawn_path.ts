/** Where a program may be, as execvp(3) looks for it. @module */
import { variable } from "./environment.ts";

const DEFAULT_PATH = "/bin:/usr/bin";

/** A file with a slash is itself; another is looked for in every folder of this program's PATH, an empty one being the working directory. */
export function placesOf(file: string): string[] {
  if (file === "" || file.includes("/")) return [file];
  const folders = (variable("PATH") ?? DEFAULT_PATH).split(":");
  return folders.map((folder) => (folder === "" ? file : `${folder}/${file}`));
}

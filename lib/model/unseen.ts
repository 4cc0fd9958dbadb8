/** Processes whose calls are not seen. @module */
import type { Process, World } from "./world.ts";

/** From here on its calls are not seen; nothing that it may have called is known any more. */
export function hide(world: World, process: Process): void {
  if (process.unseen) return;
  process.unseen = true;
  world.unknown = [...world.unknown, `calls of ${process.pid} from event ${world.n} on: ${process.name} is a 32-bit program`];
}

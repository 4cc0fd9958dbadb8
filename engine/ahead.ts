/** Getting the tracer ready while the rest of the program loads. @module */
export { startAhead } from "../lib/trace/thread.ts";

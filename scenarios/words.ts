/** The shapes of a story's words. @module */
import type { Words } from "../engine/protocol.ts";

/** How a story stands in the library of scenarios. */
export interface StoryWords {
  title: Words;
  summary: Words;
}

/** One descriptor sent over a socketpair, received and closed, by the library. */
import { fdPair, receiveDescriptor, sendDescriptor } from "../../lib/core/mod.ts";
import { serve, timed } from "./serve.mjs";

const [a, b] = fdPair();
await serve({}, (rounds) => timed(rounds, () => {
  sendDescriptor(a, 0);
  receiveDescriptor(b).close();
}));

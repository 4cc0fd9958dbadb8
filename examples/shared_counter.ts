/**
 * Several processes, some on Bun and some on Deno, count in one memory under one lock. Whoever comes first makes both; a process that is
 * killed while it holds the lock does no harm: the next one is told, and goes on.
 *
 *     bun examples/shared_counter.ts /counter 100000 & deno run --allow-ffi examples/shared_counter.ts /counter 100000
 */
import process from "node:process";
import { SharedMemory, SharedMutex, SystemError } from "forkscope";

const [name = "/counter", rounds = "1000"] = process.argv.slice(2);
const SIZE = 4096;
const READY = SharedMutex.size / 4;
const COUNT = READY + 1;

const memory = joined();
const words = new Int32Array(memory.buffer);
const mutex = SharedMutex.at(memory.buffer);
let rescued = 0;
for (let i = 0; i < Number(rounds); i++) {
  using held = mutex.lock();
  if (held.ownerDied) {
    held.consistent(); // the count is one word: it is right whenever its owner ended
    rescued++;
  }
  words[COUNT] = (words[COUNT] ?? 0) + 1;
}
console.log(JSON.stringify({ count: words[COUNT], rescued }));

/** The memory with its lock, made here or waited for. */
function joined(): SharedMemory {
  try {
    const made = SharedMemory.create(name, SIZE);
    SharedMutex.create(made.buffer);
    Atomics.store(new Int32Array(made.buffer), READY, 1);
    return made;
  } catch (error) {
    if (!(error instanceof SystemError && error.is("EEXIST"))) throw error;
    return others();
  }
}

/** Somebody else's: it has its size, and then its lock, a moment after its name. */
function others(): SharedMemory {
  for (;;) {
    try {
      const memory = SharedMemory.open(name);
      while (Atomics.load(new Int32Array(memory.buffer), READY) === 0);
      return memory;
    } catch (error) {
      if (!(error instanceof SystemError && error.is("EINVAL")) && !(error instanceof RangeError)) throw error;
    }
  }
}

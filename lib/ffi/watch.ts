/**
 * Watching the calls to libc: while somebody watches, each function of the loaded tables stands wrapped in its place; while nobody
 * does, the tables hold the functions themselves, and a call costs what it costs.
 *
 * @module
 */

/** One argument as it crosses into C. */
export type CArgument = number | Uint8Array;

/**
 * Told how a call ended: its result, errno as it stood right after it, the clock (performance.now, ms) around it, and the thread that made
 * it when it is another than the one that tells.
 */
export type Ended = (result: number, errno: number, from: number, to: number, tid?: number) => void;

/** Told of a call before it is made; gives back who is to be told how it ended. Neither may throw. */
export type Watch = (name: string, args: readonly CArgument[]) => Ended | undefined;

type CFunction = (...args: CArgument[]) => number;
type CTable = Record<string, CFunction>;

let watch: Watch | undefined;
/** errno of this thread, there while somebody watches. */
let cell: Int32Array | undefined;
/** The tables, and the functions that stood in each before it was wrapped. */
const tables: { readonly table: CTable; plain: CTable | undefined }[] = [];

/** Makes a table watchable and gives it back: for every table of C functions, right after it is loaded. */
export function watchable<T extends object>(table: T): T {
  const entry = { table: table as unknown as CTable, plain: undefined };
  tables.push(entry);
  if (watch) wrap(entry);
  return table;
}

/** The functions of a table as they were loaded: for the few calls between which no other code may run. */
export function unwatched<T extends object>(table: T): T {
  const entry = tables.find((one) => (one.table as object) === table);
  return (entry?.plain as T | undefined) ?? table;
}

/** Sets who watches, or nobody. `errno` lies over the errno of this thread. */
export function setWatch(next: Watch | undefined, errno: Int32Array): void {
  watch = next;
  cell = errno;
  for (const entry of tables) {
    if (next) wrap(entry);
    else unwrap(entry);
  }
}

/**
 * Tells the watcher of a call that goes another way than through a table (a call thread, a call that must not be wrapped). What it
 * gives back, if anything, is to be called with the result and errno when the call has ended.
 */
export function callBegins(name: string, args: readonly CArgument[]): ((result: number, errno: number, tid?: number) => void) | undefined {
  const ended = watch?.(name, args);
  if (!ended) return undefined;
  const from = performance.now();
  return (result, errno, tid) => keepingErrno(() => ended(result, errno, from, performance.now(), tid));
}

function wrap(entry: (typeof tables)[number]): void {
  if (entry.plain) return;
  for (const name in entry.table) void entry.table[name]; // one that was not used yet is loaded
  entry.plain = { ...entry.table };
  for (const [name, call] of Object.entries(entry.plain)) entry.table[name] = wrapped(name, call);
}

function unwrap(entry: (typeof tables)[number]): void {
  if (entry.plain) Object.assign(entry.table, entry.plain);
  entry.plain = undefined;
}

function wrapped(name: string, call: CFunction): CFunction {
  return (...args) => {
    const ended = watch?.(name, args);
    const from = performance.now();
    const result = call(...args);
    const errno = cell?.[0] ?? 0;
    const to = performance.now();
    if (ended) keepingErrno(() => ended(result, errno, from, to));
    if (cell) cell[0] = errno;
    return result;
  };
}

/** The watcher may make calls of its own; the caller still finds the errno of its own. */
function keepingErrno(tell: () => void): void {
  const errno = cell?.[0] ?? 0;
  tell();
  if (cell) cell[0] = errno;
}

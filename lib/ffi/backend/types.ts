/**
 * The contract both runtimes fulfil: load C functions, and turn buffers into addresses.
 *
 * @module
 */

/**
 * How one argument crosses into C.
 * - `i32`, `u32`: a number in range.
 * - `i64`, `usize`: a safe integer as a number.
 * - `ptr`: an address as a number, 0 for NULL. Take it from {@linkcode Backend.address} over memory that outlives the call.
 * - `buf`: a Uint8Array; its address is taken anew at each call and pinned for the call. Never null.
 */
export type ArgType = "i32" | "u32" | "i64" | "usize" | "ptr" | "buf";

/** How a result comes back: always a number (`i64` and `ptr` must be safe integers), or nothing. */
export type ResultType = "i32" | "u32" | "i64" | "ptr" | "void";

/** One C function. */
export interface Signature {
  readonly args: readonly ArgType[];
  readonly result: ResultType;
}

/** A table of C functions by name. */
export type Table = Readonly<Record<string, Signature>>;

type ArgOf<A> = A extends "buf" ? Uint8Array : number;
type ArgsOf<T extends readonly ArgType[]> = { -readonly [K in keyof T]: ArgOf<T[K]> };
type ResultOf<R extends ResultType> = R extends "void" ? void : number;

/** The callable form of a function. */
export type Callable<S extends Signature> = (...args: ArgsOf<S["args"]>) => ResultOf<S["result"]>;

/** The callable form of a table. */
export type Functions<T extends Table> = { readonly [K in keyof T]: Callable<T[K]> };

/** What a runtime's FFI offers; implemented in bun.ts and deno.ts, and nowhere else. */
export interface Backend {
  readonly runtime: "bun" | "deno";
  /** Version of the runtime, e.g. "1.4.5". */
  readonly version: string;
  /** Operating system as the runtime names it: "linux", "darwin", "windows"... */
  readonly os: string;
  /** Machine: "x86_64", "aarch64"... */
  readonly arch: string;
  /** Whether the runtime lets this program call libc, asked without asking its user. "prompt": it would ask. */
  permission(): "granted" | "prompt" | "denied";
  /** Loads functions of a shared library. Throws the runtime's own error when a symbol is missing. */
  load<const T extends Table>(library: string, table: T): Functions<T>;
  /** Makes the function at an address callable. */
  callable<const S extends Signature>(address: number, signature: S): Callable<S>;
  /**
   * Address of the first byte of a view. The view must lie over an explicit ArrayBuffer that the caller keeps alive;
   * touching `.buffer` here moves a small array out of the collected heap first, so that the address stays true.
   */
  address(view: Uint8Array): number;
  /** What fork has to know and to change in the runtime around the program. */
  readonly host: Host;
  /** Reads a 32-bit signed integer at an address. */
  readI32(address: number): number;
  /** Copies `length` bytes at an address. */
  readBytes(address: number, length: number): Uint8Array;
  /** The memory at an address itself, as a buffer. It must be detached before the memory goes. */
  memory(address: number, length: number): ArrayBuffer;
  /** Makes a function of C that any thread may call; it keeps the event loop alive only while told to. */
  notifier(run: (cookie: number) => void): Notifier;
}

/**
 * `void notify(uint32_t cookie)`: has `run(cookie)` called on the event loop, soon after. Not for signal handlers: it allocates. It may
 * return at once (Bun) or when `run` has returned (Deno).
 */
export interface Notifier {
  readonly address: number;
  /** Whether the event loop waits for calls while it has nothing else to do. False at first. */
  keepAlive(on: boolean): void;
  /** Frees it; no thread may call it any more. */
  close(): void;
}

/** What a process looks like from outside: its environment at start, and the names of its threads. */
export interface ProcessView {
  /** Environment the process was started with. */
  readonly environment: ReadonlyMap<string, string>;
  /** Names of its threads (/proc/self/task/N/comm, at most 15 bytes). */
  readonly threads: readonly string[];
}

/** A function by which a program ends, where it can be replaced. */
export interface EndingFunction {
  readonly object: object;
  readonly name: "exit" | "reallyExit" | "abort";
}

/** The runtime as the host of a program that forks. */
export interface Host {
  /** Variables that, set before the runtime starts, leave it without the helper threads that a forked child would miss. */
  readonly safeEnvironment: Readonly<Record<string, string>>;
  /** Of them, those that hold a comma-separated list to add to. */
  readonly lists: readonly string[];
  /** True when a process that looks like this was started in that way. */
  isSafe(view: ProcessView): boolean;
  /** Names of the runtime's own threads that run only when the program's thread has given them work. */
  readonly idleThreads: RegExp;
  /** Names of the signals by which the runtime's threads speak to each other. */
  readonly ownSignals: readonly string[];
  /** Has the runtime set its handler of a signal at once, when it would do so unasked some time after its start. */
  claimSignal(name: string): void;
  /** The program's environment itself where the runtime keeps its own copy; undefined where libc's is the only one. */
  environment(): Readonly<Record<string, string | undefined>> | undefined;
  /** Takes a variable out of that copy, or gives it another value. */
  setVariable(name: string, value: string | undefined): void;
  /** Makes what a child whose runtime descriptors are closed could not make: the standard streams. */
  prepare(): void;
  /** What takes the runtime's random generators past all they have made ahead, and past the entropy they work with. */
  readonly pastRandom: { readonly bytes: number; readonly draws: number; readonly uuids: number };
  /** The standard streams write through copies of descriptors 1 and 2, which a child must keep. */
  readonly writesThroughCopies: boolean;
  /** Setting a timer, which happens after any callback, writes to the event loop's eventfd and must not fail. */
  readonly wakesItself: boolean;
  /** The event loop sleeps with no signal blocked, whatever the program blocks. */
  readonly unblocksSignals: boolean;
  /** True when the program itself was read from standard input: it is not there to be read twice. */
  isScriptOnStdin(): boolean;
  /** Has the runtime tell a forked child's own process id, which is asked for when somebody wants to know. Once, before the first fork. */
  keepPidTrue(child: { isForked(): boolean; getpid(): number }): void;
  /** Has a function called when the program ends, before the runtime goes down. */
  atEnd(call: () => void): void;
  /** Every function by which a program can end. */
  endings(): readonly EndingFunction[];
  /** Events of the process object by which the runtime tells of errors: a listener changes what it does about them. */
  readonly errorEvents: readonly string[];
  /** Keeps (or no longer keeps) listeners for the end of the program from running. */
  forgetUnload(on: boolean): void;
  /**
   * When the synchronous run under way is over and an error of it was reported: asks `isOver`, and if so calls back, or, where a timer could
   * come first, leaves a promise rejected with `over`. Rejections are reported in order.
   */
  afterThisRun(isOver: () => boolean, call: () => void, over: symbol): void;
  /** Timers that could run in a child of this moment before it ends. */
  timers(): readonly unknown[];
  /** Keeps them from running. */
  forgetTimers(timers: readonly unknown[]): void;
  /** The exit status that the program set for its end, if any. */
  exitCode(): unknown;
}

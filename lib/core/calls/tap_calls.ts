/**
 * The call tap: every call that the library makes to libc, as an event.
 *
 * @module
 */
import { type CArgument, errnoCode, type ErrnoCode, plainLibc, watchCalls } from "../../ffi/mod.ts";
import { syscallName } from "../../ffi/constants/syscall.ts";
import { isTelling, noteEntered, tell } from "../tap.ts";
import { checkFunction, checkInteger, checkObject, checkString } from "../validate.ts";
import type { Argument } from "./argument.ts";
import { FUNCTIONS, SYSCALLS } from "./functions.ts";
import type { TappedCalls } from "./tapped.ts";

/** Names of the calls whose arguments are typed. */
export type TappedName = keyof TappedCalls;

/** The arguments of a call, by the names of its manual page and in its order. */
export type TappedArguments<Name extends string> = Name extends TappedName ? Readonly<TappedCalls[Name]> : Readonly<Record<string, unknown>>;

/** One call to libc. */
export interface CallEvent<Name extends string = string> {
  /** The C function, "openat"; of syscall(2) the system call, "kcmp". */
  call: Name;
  /**
   * What went in and what came out by pointers, decoded: paths and argv as text, flags and signals by name, buffers by length and first
   * bytes, structures as objects. An argument that only a call that succeeds fills is undefined when it failed.
   */
  args: TappedArguments<Name>;
  /** What it returned. Absent when it has not come back yet: _exit and a successful exec never do, so these are told before they are made. */
  result?: number;
  /** errno of a call that failed; 0 of one that did not. */
  errno: number;
  /** Its name: "ENOENT". */
  code?: ErrnoCode | `errno ${number}`;
  /** Nanoseconds the call took; 0 when it has not come back. */
  duration: number;
  /** When it began: milliseconds since 1970, with fractions. */
  time: number;
  pid: number;
  /** The thread that made it. */
  tid: number;
  /** The public function of the library that was entered last before the call: "fork", "proc.fdTable". */
  by: string | undefined;
}

/**
 * A tap that is on. Leaving its scope (`using`) or `close()` takes it off.
 *
 * @example
 * ```ts
 * import { getppid, tapCalls } from "forkscope";
 * let calls = 0;
 * const tap = tapCalls(() => calls++);
 * getppid();
 * tap.close();
 * getppid();
 * console.log(calls); // 1
 * ```
 */
export class CallTap {
  readonly #listener: (event: CallEvent) => void;
  #failures = 0;
  #failure: unknown;

  /** @internal use {@linkcode tapCalls} */
  constructor(listener: (event: CallEvent) => void) {
    this.#listener = listener;
  }

  /** How often the listener threw; the calls went on. */
  get failures(): number {
    return this.#failures;
  }
  /** What it threw last. */
  get failure(): unknown {
    return this.#failure;
  }
  /** Takes the tap off; a second time does nothing. */
  close(): void {
    if (taps.delete(this) && taps.size === 0) turnOff();
  }
  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  hear(event: CallEvent): void {
    const thrown = tell(() => this.#listener(event));
    if (!thrown) return;
    this.#failures++;
    [this.#failure] = thrown;
  }
}

const taps = new Set<CallTap>();
/** They are told before they are made: a success does not come back. */
const LEAVING = /^(?:_exit|f?exec[a-z]*)$/;
let entered: string | undefined;

/**
 * Tells `listener` of every call that this thread makes to libc through the library, when it has returned: name, arguments, result,
 * errno, duration. Of a call that waits on a thread of its own (the Async forms) it is told when the promise is about to settle.
 *
 * The listener runs between the call and what the library does with its result. It may call the library itself: such calls are not
 * told. What it throws is counted and kept in the tap, and the call goes on. A forked child inherits the tap, and tells its own pid. While
 * no tap is on nothing is added to a call.
 *
 * @throws {TypeError} ERR_INVALID_ARG_TYPE: no function
 * @example
 * ```ts
 * import { callText, close, O_RDONLY, open, tapCalls } from "forkscope";
 * {
 *   using tap = tapCalls((event) => console.log(callText(event)));
 *   close(open("/dev/null", O_RDONLY));
 *   console.log(tap.failures); // 0
 * }
 * // open("/dev/null", O_RDONLY, 00) = 3 <0.000012>
 * // close(3) = 0 <0.000003>
 * ```
 */
export function tapCalls(listener: (event: CallEvent) => void): CallTap {
  checkFunction("tapCalls", listener, "listener");
  const tap = new CallTap(listener);
  taps.add(tap);
  if (taps.size === 1) turnOn();
  return tap;
}

/**
 * True when the event is of this call; its arguments are typed then. Never fails.
 *
 * @example
 * ```ts
 * import { close, isCall, O_RDONLY, open, tapCalls } from "forkscope";
 * using tap = tapCalls((event) => {
 *   if (isCall(event, "open")) console.log(event.args.pathname, event.args.flags.includes("O_CLOEXEC"));
 * });
 * close(open("/dev/null", O_RDONLY)); // "/dev/null" true
 * tap.close();
 * ```
 */
export function isCall<Name extends TappedName>(event: CallEvent, name: Name): event is CallEvent<Name> {
  checkObject("isCall", event, "event");
  return event.call === name;
}

/**
 * An event as a line like strace's: `openat(AT_FDCWD, "/nowhere", O_RDONLY, 00) = -1 ENOENT <0.000021>`. Never fails.
 *
 * @example
 * ```ts
 * import { callText, getppid, tapCalls } from "forkscope";
 * const lines: string[] = [];
 * using tap = tapCalls((event) => lines.push(callText(event)));
 * getppid();
 * tap.close();
 * console.log(lines); // such as ["getppid() = 4711 <0.000001>"]
 * ```
 */
export function callText(event: CallEvent): string {
  checkObject("callText", event, "event");
  const { call, args, result, code, duration } = event;
  checkString("callText", call, "call");
  checkObject("callText", args, "args");
  checkInteger("callText", "duration", duration, 0, Number.MAX_SAFE_INTEGER);
  const row = rowOf(call);
  const texts = Object.entries(args).map(([name, value]) => row?.[name]?.show?.(value) ?? JSON.stringify(value) ?? "?");
  const outcome = result === undefined ? "?" : code ? `${result} ${code}` : String(result);
  return `${call}(${texts.join(", ")}) = ${outcome} <${(duration / 1e9).toFixed(6)}>`;
}

function turnOn(): void {
  noteEntered((name) => { entered = name; });
  watchCalls((name, args) => (isTelling() ? undefined : begin(name, args)));
}

function turnOff(): void {
  noteEntered(undefined);
  watchCalls(undefined);
  entered = undefined;
}

type Row = Readonly<Record<string, Argument<unknown>>>;

function begin(name: string, values: readonly CArgument[]) {
  const direct = name !== "syscall";
  const call = direct ? name : syscallName(Number(values[0]));
  const given = direct ? values : values.slice(1);
  const row = rowOf(call);
  const args: Record<string, unknown> = {};
  const names = row ? Object.keys(row) : given.map((_, i) => `arg${i + 1}`);
  names.forEach((argument, i) => {
    const how = row?.[argument];
    args[argument] = how?.when ? undefined : read(how, given, i, 0);
  });
  const by = entered;
  if (LEAVING.test(call)) emit({ call, args: { ...args }, errno: 0, duration: 0, ...moment(performance.now()), by });
  return (result: number, errno: number, from: number, to: number, tid?: number): void => {
    const failure = result === -1 || (result === 0 && call === "sem_open") ? errno : 0;
    names.forEach((argument, i) => {
      const how = row?.[argument];
      if (how?.when === "after" || (how?.when === "success" && failure === 0)) args[argument] = read(how, given, i, result);
    });
    const duration = Math.round((to - from) * 1e6);
    emit({ call, args, result, errno: failure, ...(failure ? { code: errnoCode(failure) } : {}), duration, ...moment(from), ...(tid ? { tid } : {}), by });
  };
}

/** One argument; what cannot be read stays unread, the call must not suffer. */
function read(how: Argument<unknown> | undefined, values: readonly CArgument[], i: number, result: number): unknown {
  const value = values[i] ?? 0;
  try {
    return how ? how.read(value, values, result) : value instanceof Uint8Array ? { bytes: value.length } : value;
  } catch {
    return undefined;
  }
}

function rowOf(call: string): Row | undefined {
  if (Object.hasOwn(FUNCTIONS, call)) return FUNCTIONS[call as keyof typeof FUNCTIONS];
  return Object.hasOwn(SYSCALLS, call) ? SYSCALLS[call as keyof typeof SYSCALLS] : undefined;
}

function moment(from: number): { time: number; pid: number; tid: number } {
  const { getpid, gettid } = plainLibc();
  return { time: performance.timeOrigin + from, pid: getpid(), tid: gettid() };
}

function emit(event: CallEvent): void {
  for (const tap of taps) tap.hear(event);
}

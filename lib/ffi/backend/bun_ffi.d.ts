/** The part of bun:ffi the backend uses, declared here so that every checker knows it. */
declare module "bun:ffi" {
  type Pointer = number;
  interface FunctionSpec {
    args: readonly string[];
    returns: string;
  }
  interface LibraryHandle {
    symbols: Record<string, (...args: never[]) => unknown>;
    close(): void;
  }
  export class JSCallback {
    readonly ptr: Pointer;
    constructor(run: (cookie: number) => void, definition: { args: readonly string[]; returns: string; threadsafe: boolean });
    close(): void;
  }
  export function CFunction(definition: FunctionSpec & { ptr: Pointer }): (...args: never[]) => unknown;
  export function dlopen(path: string, symbols: Record<string, FunctionSpec>): LibraryHandle;
  export function ptr(view: ArrayBufferView): Pointer;
  export const read: { i32(pointer: Pointer, offset: number): number };
  export function toArrayBuffer(pointer: Pointer, offset: number, length: number): ArrayBuffer;
}

/** The part of bun:jsc that the library uses. */
declare module "bun:jsc" {
  /** Objects that the runtime itself keeps alive, among them its timers. */
  export function getProtectedObjects(): unknown[];
}

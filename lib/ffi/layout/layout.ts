/**
 * How a C structure lies in memory. Pure data; tests/conformance/layout compares every number with a C compiler.
 *
 * @module
 */

/** Size and offsets in bytes of one C type. `at` is keyed by the member's C name, "a.b" for a nested one. */
export interface Layout<At extends Readonly<Record<string, number>> = Readonly<Record<string, number>>> {
  /** The type as C writes it: "struct iovec". */
  readonly type: string;
  /** The header that declares it. */
  readonly header: string;
  readonly size: number;
  readonly at: At;
}

/** Makes a layout. */
export function layout<const At extends Readonly<Record<string, number>>>(header: string, type: string, size: number, at: At): Layout<At> {
  return { header, type, size, at };
}

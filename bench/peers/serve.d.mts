/** What one order to work gave: nanoseconds for all rounds together, and whatever else is to be added up in the report. */
export interface Outcome {
  ns: number;
  [fact: string]: number;
}
type Facts = Readonly<Record<string, number | string>>;
export function serve(facts: Facts, work: (rounds: number) => Outcome | Promise<Outcome>): Promise<void>;
export function timed(rounds: number, once: () => void): Outcome;
export function statusKib(name: string): number;
export function ballast(kib: number): Uint8Array[];
export function must(held: boolean, what: string): asserts held;

/**
 * Descriptor tables once more, as plainly as they can be written: no counts, no sharing of structure.
 * A description is an object; how many refer to it is counted by looking.
 */
export interface Thing { label: string }
export interface Mail { to: string; things: Thing[] }

export class Reference {
  tables = new Map<number, Map<number, Thing>>();
  mail: Mail[] = [];

  lowest(pid: number): number {
    const table = this.of(pid);
    for (let fd = 0; ; fd++) if (!table.has(fd)) return fd;
  }

  of(pid: number): Map<number, Thing> {
    const table = this.tables.get(pid);
    if (table === undefined) throw new Error(`no process ${pid}`);
    return table;
  }

  /** Sockets that can still be received from: somebody has them, or can receive them. */
  receivable(): Set<string> {
    const alive = new Set([...this.tables.values()].flatMap((table) => [...table.values()].map(({ label }) => label)));
    for (let grown = true; grown;) {
      grown = false;
      for (const { to, things } of this.mail) {
        if (!alive.has(to)) continue;
        for (const { label } of things) {
          if (!alive.has(label)) grown = true;
          alive.add(label);
        }
      }
    }
    return alive;
  }

  bury(): void {
    const alive = this.receivable();
    this.mail = this.mail.filter(({ to }) => alive.has(to));
  }

  /** References to each living description, sorted: what the model must have counted. */
  counts(): string[] {
    const counts = new Map<Thing, { table: number; flight: number }>();
    const count = (thing: Thing, where: "table" | "flight") => {
      const known = counts.get(thing) ?? { table: 0, flight: 0 };
      known[where]++;
      counts.set(thing, known);
    };
    for (const table of this.tables.values()) for (const thing of table.values()) count(thing, "table");
    for (const { things } of this.mail) for (const thing of things) count(thing, "flight");
    return [...counts].map(([{ label }, { table, flight }]) => `${label}: ${table + flight} (${flight})`).sort();
  }
}

import { computed } from "vue";
import type { Process } from "../../../lib/model/world.ts";
import { useSession } from "../stores/session.ts";
import { useView } from "../stores/view.ts";

/** The process that the inspector speaks of: the selected one, else the one that acts in this event. */
export function useSelection() {
  const session = useSession();
  const view = useView();

  const process = computed<Process | undefined>(() => {
    const { world, event } = session;
    if (!world) return undefined;
    const key = view.selection?.kind === "process" ? view.selection.key : world.byPid.get(event?.pid ?? -1);
    const found = key === undefined ? undefined : world.processes.get(key);
    return found ?? (event ? [...world.processes.values()].find((each) => each.pid === event.pid) : undefined);
  });

  function select(key: string): void {
    view.selection = { kind: "process", key };
  }

  function nextZombie(): void {
    const zombies = [...(session.world?.processes.values() ?? [])].filter((each) => each.state === "zombie");
    const at = zombies.findIndex((each) => each.key === process.value?.key);
    const next = zombies[(at + 1) % zombies.length];
    if (!next) return;
    select(next.key);
    document.querySelector<HTMLElement>(`[data-object="process/${CSS.escape(next.key)}"]`)?.focus();
  }

  return { process, select, nextZombie };
}

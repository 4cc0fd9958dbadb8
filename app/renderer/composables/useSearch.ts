import { computed } from "vue";
import type { Event } from "../../../lib/model/event.ts";
import { eventTitle } from "../figure/kinds.ts";
import { usePlayback } from "../stores/playback.ts";
import { useSession } from "../stores/session.ts";
import { useView } from "../stores/view.ts";
import { signalName } from "../../../lib/model/signals.ts";

/** Events whose call, pid, arguments or errno contain what is searched for. */
export function useSearch() {
  const view = useView();
  const session = useSession();
  const playback = usePlayback();

  const matches = computed<number[]>(() => {
    const wanted = view.search.trim().toLowerCase();
    if (wanted === "" || session.length === 0) return [];
    const { events } = session.loaded.timeline;
    return session.digest.steps.flatMap((n, step) => (events[n] && searchText(events[n]).includes(wanted) ? [step] : []));
  });
  const at = computed(() => matches.value.indexOf(session.cursor) + 1);

  function next(by: 1 | -1): void {
    const list = by > 0 ? matches.value : [...matches.value].reverse();
    const found = list.find((step) => (by > 0 ? step > session.cursor : step < session.cursor)) ?? list[0];
    if (found !== undefined) playback.seek(found);
  }

  function focus(): void {
    document.querySelector<HTMLInputElement>("[data-search]")?.focus();
  }

  function clear(): void {
    view.search = "";
  }

  return { matches, at, next, focus, clear };
}

function searchText(event: Event): string {
  const parts = [eventTitle(event), String(event.pid)];
  if (event.kind === "call" || event.kind === "block") parts.push(...event.args);
  if (event.kind === "call" && event.errno !== undefined) parts.push(event.errno);
  if (event.kind === "signal" || event.kind === "stop") parts.push(signalName(event.signal));
  if (event.kind === "exec") parts.push(...event.argv);
  return parts.join(" ").toLowerCase();
}

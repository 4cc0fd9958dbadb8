import { onBeforeUnmount, onMounted } from "vue";
import { usePlayback } from "../stores/playback.ts";
import { useSession } from "../stores/session.ts";
import { tabs, useView } from "../stores/view.ts";
import { isInteractive, isTyping, nextRegion } from "./focus.ts";
import { useSearch } from "./useSearch.ts";
import { useSelection } from "./useSelection.ts";

/** Every key of DESIGN section 6, in one place. Fields and dialogs keep their own keys. */
export function useKeyboard(): void {
  const view = useView();
  const session = useSession();
  const playback = usePlayback();
  const search = useSearch();
  const selection = useSelection();

  const plain: Record<string, () => void> = {
    " ": () => { playback.toggle(); },
    ArrowLeft: () => { playback.back(); },
    ArrowRight: () => { playback.step(); },
    Home: () => { playback.toStart(); },
    End: () => { playback.toEnd(); },
    "[": () => { playback.changeSpeed(-1); },
    "]": () => { playback.changeSpeed(1); },
    "/": () => { search.focus(); },
    n: () => { search.next(1); },
    N: () => { search.next(-1); },
    "?": () => { view.overlay = view.overlay === "keys" ? "none" : "keys"; },
    "+": () => { view.figureZoom = Math.min(2, view.figureZoom * 1.1); },
    "=": () => { view.figureZoom = Math.min(2, view.figureZoom * 1.1); },
    "-": () => { view.figureZoom = Math.max(0.5, view.figureZoom / 1.1); },
    "0": () => { view.figureZoom = 1; },
    z: () => { selection.nextZombie(); },
  };

  const withControl: Record<string, () => void> = {
    k: () => { view.overlay = "palette"; },
    o: () => { view.overlay = "open"; },
    ...(window.forkscope ? { t: () => { view.overlay = "trace"; } } : {}),
  };

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey) return;
    if (event.key === "Escape") return escape();
    if (event.key === "F6") return take(event, () => { nextRegion(event.shiftKey ? -1 : 1); });
    if (event.ctrlKey || event.metaKey) return take(event, withControl[event.key.toLowerCase()]);
    if (view.overlay !== "none" && event.key !== "?") return;
    if (isTyping(event.target)) return;
    if ((event.key === " " || event.key === "Enter") && isInteractive(event.target)) return;
    if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) return take(event, () => { within(event.key === "ArrowRight"); });
    const tab = tabs[Number(event.key) - 1];
    if (tab) return take(event, () => { openTab(tab); });
    take(event, plain[event.key]);
  }

  function within(forward: boolean): void {
    const pid = selection.process.value?.pid ?? session.event?.pid;
    if (pid === undefined) return;
    if (forward) playback.step(pid);
    else playback.back(pid);
  }

  function openTab(tab: (typeof tabs)[number]): void {
    view.tab = tab;
    view.drawer = view.drawer === "none" ? "inspector" : view.drawer;
  }

  function escape(): void {
    if (view.overlay !== "none") view.overlay = "none";
    else if (view.drawer !== "none") view.drawer = "none";
    else if (view.search !== "") search.clear();
    else view.selection = undefined;
  }

  function take(event: KeyboardEvent, act: (() => void) | undefined): void {
    if (!act) return;
    event.preventDefault();
    act();
  }

  onMounted(() => { window.addEventListener("keydown", onKey); });
  onBeforeUnmount(() => { window.removeEventListener("keydown", onKey); });
}

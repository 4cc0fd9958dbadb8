import { computed } from "vue";
import { useSelection } from "../composables/useSelection.ts";
import { useEngine } from "../stores/engine.ts";
import { usePlayback } from "../stores/playback.ts";
import { useRuns } from "../stores/runs.ts";
import { useSession } from "../stores/session.ts";
import { useView, type Overlay } from "../stores/view.ts";

export interface Command { id: string; text: string; kind: "scenario" | "process" | "command"; keys?: string; run(): void }

/** Everything the palette offers, in the present language and as far as it applies now. */
export function useCommands() {
  const engine = useEngine();
  const runs = useRuns();
  const view = useView();
  const session = useSession();
  const playback = usePlayback();
  const selection = useSelection();

  const open = (overlay: Overlay) => () => { view.overlay = overlay; };

  const scenarios = computed<Command[]>(() => (engine.hello?.scenarios ?? []).map((each) => ({
    id: `play/${each.id}`, text: each.title[view.lang], kind: "scenario", run: () => { void runs.playScenario(each.id); },
  })));
  const processes = computed<Command[]>(() => [...(session.world?.processes.values() ?? [])].map((each) => ({
    id: `select/${each.key}`, text: view.words.selectProcess(each.pid, each.name), kind: "process", run: () => { selection.select(each.key); view.tab = "process"; },
  })));
  const actions = computed<Command[]>(() => {
    const { words } = view;
    const list: Command[] = [
      { id: "trace", text: words.trace, kind: "command", ...(window.forkscope ? { keys: "Ctrl T" } : {}), run: open("trace") },
      { id: "open", text: words.open, kind: "command", keys: "Ctrl O", run: open("open") },
      { id: "keys", text: words.keyboard, kind: "command", keys: "?", run: open("keys") },
      { id: "theme", text: words.toggleTheme, kind: "command", run: () => { view.toggleTheme(); } },
      { id: "language", text: words.toggleLanguage, kind: "command", run: () => { view.setLang(view.lang === "zh" ? "en" : "zh"); } },
    ];
    const other = engine.hello?.runtimes.find((each) => each.name !== runs.runtime && each.available);
    if (other && runs.scenario) list.push({ id: "runtime", text: words.runOn(other.name === "bun" ? "Bun" : "Deno"), kind: "command", run: () => { void runs.switchRuntime(other.name); } });
    if (session.length === 0) return list;
    list.push(
      { id: "save", text: words.save, kind: "command", run: open("save") },
      { id: "table", text: words.tableView, kind: "command", run: open("table") },
      { id: "play", text: playback.playing ? words.pause : words.play, kind: "command", keys: "Space", run: () => { playback.toggle(); } },
      { id: "start", text: words.start, kind: "command", keys: "Home", run: () => { playback.toStart(); } },
      { id: "end", text: session.isLive ? words.end : words.lastEvent, kind: "command", keys: "End", run: () => { playback.toEnd(); } },
      { id: "zombie", text: words.nextZombie, kind: "command", keys: "z", run: () => { selection.nextZombie(); } },
    );
    if (session.isLive) {
      list.push(
        { id: "detach", text: words.detach, kind: "command", run: () => { playback.control("detach"); } },
        { id: "kill", text: words.stopRun, kind: "command", run: () => { playback.control("kill"); } },
      );
    }
    return list;
  });
  return computed(() => [...scenarios.value, ...actions.value, ...processes.value]);
}

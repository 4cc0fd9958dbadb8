/**
 * How the reader looks at it: language, theme, selection, tabs, drawers, filters.
 *
 * @module
 */
import { defineStore } from "pinia";
import { computed, reactive, ref, watch } from "vue";
import type { Lang } from "../../../engine/protocol.ts";
import { markKinds, type MarkKind } from "../figure/kinds.ts";
import { tables } from "../words/table.ts";

export type Tab = "process" | "signals" | "event";
export type Overlay = "none" | "palette" | "keys" | "trace" | "open" | "save" | "table";
export type Drawer = "none" | "library" | "script" | "inspector";
export type Selection = { kind: "process"; key: string } | { kind: "description"; ofd: number } | { kind: "inode"; key: string } | undefined;

export const tabs: readonly Tab[] = ["process", "signals", "event"];

const langKey = "forkscope.lang";
const themeKey = "forkscope.theme";
const ranKey = "forkscope.ran";

export const useView = defineStore("view", () => {
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const lang = ref<Lang>(firstLang());
  const chosenTheme = ref(localStorage.getItem(themeKey));
  const system = ref(systemDark.matches);
  systemDark.addEventListener("change", () => { system.value = systemDark.matches; });
  const theme = computed(() => chosenTheme.value ?? (system.value ? "dark" : "light"));
  const words = computed(() => tables[lang.value]);
  const tab = ref<Tab>("event");
  const overlay = ref<Overlay>("none");
  const drawer = ref<Drawer>("none");
  const selection = ref<Selection>();
  const search = ref("");
  const figureZoom = ref(matchMedia("(min-width: 1800px) and (min-height: 1000px)").matches ? 1.25 : 1);
  const timeZoom = ref(1);
  const legend = ref(false);
  const filters = reactive<Record<MarkKind, boolean>>({ process: true, descriptor: true, message: true, signal: true });
  /** Scenarios this reader has run. */
  const ran = ref(new Set<string>(readList(ranKey)));

  function setLang(next: Lang): void {
    lang.value = next;
    localStorage.setItem(langKey, next);
  }

  function toggleTheme(): void {
    chosenTheme.value = theme.value === "dark" ? "light" : "dark";
    localStorage.setItem(themeKey, chosenTheme.value);
  }

  function toggleFilter(kind: MarkKind): void {
    filters[kind] = !filters[kind];
  }

  function markRan(scenario: string): void {
    ran.value = new Set(ran.value).add(scenario);
    localStorage.setItem(ranKey, JSON.stringify([...ran.value]));
  }

  function toggleDrawer(which: Drawer): void {
    drawer.value = drawer.value === which ? "none" : which;
  }

  const shownKinds = computed(() => new Set(markKinds.filter((kind) => filters[kind])));

  watch(theme, (now) => { document.documentElement.dataset["theme"] = now; }, { immediate: true });
  watch(lang, (now) => { document.documentElement.lang = now === "zh" ? "zh-CN" : "en"; }, { immediate: true });

  return {
    lang, theme, words, tab, overlay, drawer, selection, search, figureZoom, timeZoom, legend, filters, shownKinds, ran,
    setLang, toggleTheme, toggleFilter, markRan, toggleDrawer,
  };
});

function firstLang(): Lang {
  const kept = localStorage.getItem(langKey);
  if (kept === "zh" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

function readList(key: string): string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(list) ? list.filter((each): each is string => typeof each === "string") : [];
  } catch {
    return [];
  }
}

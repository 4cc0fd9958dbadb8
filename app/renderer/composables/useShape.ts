import { computed, ref, type Ref } from "vue";

/** The sizes of DESIGN section 4 as media queries; styles/responsive.css has the same limits. */
const queries = {
  compact: "(max-width: 1439px), (max-height: 819px)",
  icons: "(max-width: 1263px)",
  drawers: "(max-width: 959px)",
} as const;

function follow(query: string): Ref<boolean> {
  const list = matchMedia(query);
  const state = ref(list.matches);
  list.addEventListener("change", () => { state.value = list.matches; });
  return state;
}

const matches = { compact: follow(queries.compact), icons: follow(queries.icons), drawers: follow(queries.drawers) };
const name = computed(() => (matches.drawers.value ? "drawers" : matches.icons.value ? "icons" : matches.compact.value ? "compact" : "full"));

/** Which of the layouts is in force; one answer for the whole page. */
export function useShape() {
  return { name, compact: computed(() => matches.compact.value), icons: computed(() => matches.icons.value), drawers: computed(() => matches.drawers.value) };
}

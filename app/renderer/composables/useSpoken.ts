import { onBeforeUnmount, ref, watch } from "vue";

const leastGap = 1000;

/** Text for a live region: the newest, at most once a second. */
export function useSpoken(text: () => string) {
  const spoken = ref("");
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(text, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = performance.now();
      spoken.value = text();
    }, Math.max(0, last + leastGap - performance.now()));
  }, { immediate: true });
  onBeforeUnmount(() => { clearTimeout(timer); });
  return spoken;
}

import { computed, reactive } from "vue";
import { useShape } from "../composables/useShape.ts";
import { useSession } from "../stores/session.ts";
import { layout, type Figure } from "./layout.ts";
import { compactMetrics, fullMetrics } from "./metrics.ts";
import { steady } from "./steady.ts";

/** Descriptions that the pointer or the focus follows; empty when none. */
const hot = reactive(new Set<number>());

/** The figure of the step on show. */
export function useFigure() {
  const session = useSession();
  const shape = useShape();
  const metrics = computed(() => (shape.compact.value ? compactMetrics : fullMetrics));
  const figure = computed<Figure | undefined>((last) => {
    const { world, placement, since, digest } = session;
    if (!world) return undefined;
    return steady(last, layout({ world, placement, since, metrics: metrics.value, hidden: digest.memory.hidden }));
  });
  return { figure, metrics };
}

/** Fades what is not connected with what is under the pointer or has the focus. */
export function useTrace() {
  function trace(ofds: readonly number[]): void {
    hot.clear();
    for (const ofd of ofds) hot.add(ofd);
  }
  const isFaded = (ofds: readonly number[]) => hot.size > 0 && !ofds.some((ofd) => hot.has(ofd));
  const isHot = (ofd: number) => hot.has(ofd);
  return { trace, isFaded, isHot };
}

import { computed, type Ref } from "vue";
import { useShape } from "../composables/useShape.ts";
import { useSession } from "../stores/session.ts";
import { useView } from "../stores/view.ts";
import { Scale } from "./scale.ts";

/** Geometry of the lanes: height, where a step stands, who has a lane. */
export function useLanes(viewWidth: Ref<number>) {
  const session = useSession();
  const view = useView();
  const shape = useShape();

  const laneHeight = computed(() => (shape.compact.value ? 28 : 36));
  const rulerHeight = computed(() => (shape.compact.value ? 22 : 24));
  const scale = computed(() => {
    return new Scale(session.loaded.digest.times, view.timeZoom, session.isLive ? 0 : viewWidth.value);
  });
  const width = computed(() => Math.max(viewWidth.value, scale.value.width));
  /** Copies: the book goes on writing in its own lanes, and a track is drawn again when its lane is another object. */
  const lanes = computed(() => session.loaded.digest.lanes.lanes.map((lane) => ({ ...lane })));
  const arrows = computed(() => [...session.loaded.digest.lanes.arrows]);
  /** Middle of the bar of a lane. */
  const middle = (lane: number) => laneHeight.value * (lane + 0.6);

  return { laneHeight, rulerHeight, scale, width, lanes, arrows, middle };
}

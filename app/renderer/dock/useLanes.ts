import { computed, type Ref } from "vue";
import type { Process } from "../../../lib/model/world.ts";
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

  /** A lane's process at the playhead, or as it was last known. */
  const processes = computed(() => {
    const now = new Map<string, Process>(session.edgeWorld?.processes ?? []);
    for (const [key, process] of session.world?.processes ?? []) now.set(key, process);
    return now;
  });
  return { laneHeight, rulerHeight, scale, width, lanes, arrows, middle, processes };
}

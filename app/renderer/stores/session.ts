/**
 * The run or recording on show: its events, the step the reader stands on, and the world there.
 *
 * @module
 */
import { defineStore } from "pinia";
import { computed, ref, shallowRef, triggerRef } from "vue";
import type { Failure, SessionPhase, SessionState, Verdict } from "../../../engine/protocol.ts";
import type { Event, RecordingHeader } from "../../../lib/model/event.ts";
import { Timeline } from "../../../lib/model/timeline.ts";
import { Digest } from "../figure/digest.ts";

export type Phase = SessionPhase | "none";
export type Motion = "forward" | "back" | "none";

/** Steps closer together than this are not animated. */
const animateFrom = 125;

interface Loaded { timeline: Timeline; digest: Digest }

const empty = (): Loaded => ({ timeline: new Timeline(), digest: new Digest() });

export const useSession = defineStore("session", () => {
  const loaded = shallowRef(empty());
  const id = ref<number>();
  const phase = ref<Phase>("none");
  const source = ref<"live" | "recording">("live");
  const header = shallowRef<RecordingHeader>();
  const failure = shallowRef<Failure>();
  const verdicts = shallowRef<Verdict[]>([]);
  const check = shallowRef<{ disagreements: number; checks: number }>();
  /** Reader of a cut recording was told so and how many events are good. */
  const cutAfter = ref<number>();
  const length = ref(0);
  const cursor = ref(-1);
  const follow = ref(true);
  const motion = ref<Motion>("none");
  let expecting = false;
  /** Highest session seen: what is left of an older one is not taken for the awaited one. */
  let past = -1;
  let lastMove = 0;

  const digest = computed(() => loaded.value.digest);
  const atEdge = computed(() => cursor.value >= length.value - 1);
  const isLive = computed(() => source.value === "live" && (phase.value === "starting" || phase.value === "running" || phase.value === "paused"));
  const eventNumber = computed(() => (cursor.value < 0 ? -1 : loaded.value.digest.steps[cursor.value] ?? -1));
  const since = computed(() => loaded.value.digest.steps[cursor.value - 1] ?? -1);
  const event = computed(() => loaded.value.timeline.events[eventNumber.value]);
  const world = computed(() => (eventNumber.value < 0 ? undefined : loaded.value.timeline.at(eventNumber.value)));
  const placement = computed(() => loaded.value.digest.placements[cursor.value] ?? new Map());

  /** Forgets what was shown; the next session that the engine speaks of is the one on show. */
  function expect(from: "live" | "recording"): void {
    clear(from);
    expecting = true;
    phase.value = "starting";
  }

  function clear(from: "live" | "recording"): void {
    loaded.value = empty();
    id.value = undefined;
    source.value = from;
    phase.value = "none";
    header.value = undefined;
    failure.value = undefined;
    verdicts.value = [];
    check.value = undefined;
    cutAfter.value = undefined;
    length.value = 0;
    cursor.value = -1;
    follow.value = true;
    motion.value = "none";
  }

  function adopt(session: number): void {
    expecting = false;
    id.value = session;
    past = Math.max(past, session);
  }

  function isMine(session: number): boolean {
    if (expecting && id.value === undefined && session > past) adopt(session);
    return session === id.value;
  }

  /** Appends events; the cursor goes along when it follows the edge. Returns how many steps came. */
  function append(events: readonly Event[]): number {
    const { timeline, digest: book } = loaded.value;
    const before = book.steps.length;
    timeline.append(events, (event, world) => { book.append(event, world); });
    length.value = book.steps.length;
    triggerRef(loaded);
    if (follow.value) moveTo(length.value - 1);
    return length.value - before;
  }

  function moveTo(step: number): void {
    const target = Math.max(Math.min(step, length.value - 1), length.value > 0 ? 0 : -1);
    if (target === cursor.value) return;
    const now = performance.now();
    const quick = now - lastMove < animateFrom;
    motion.value = quick ? "none" : target === cursor.value + 1 ? "forward" : target < cursor.value ? "back" : "none";
    lastMove = now;
    cursor.value = target;
  }

  function takeState(state: SessionState): void {
    if (!isMine(state.session)) return;
    phase.value = state.phase;
    if (state.header) header.value = state.header;
    failure.value = state.failure;
    if (source.value === "recording" && state.phase === "ended" && state.failure) cutAfter.value = length.value;
    if (state.checks !== undefined) check.value = { checks: state.checks, disagreements: state.disagreements ?? 0 };
  }

  function fail(why: Failure): void {
    expecting = false;
    phase.value = "failed";
    failure.value = why;
  }

  return {
    loaded, id, phase, source, header, failure, verdicts, check, cutAfter, length, cursor, follow, motion,
    digest, atEdge, isLive, eventNumber, since, event, world, placement,
    expect, clear, adopt, isMine, append, moveTo, takeState, fail,
  };
});

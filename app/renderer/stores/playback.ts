/**
 * The transport: what play, pause, step, back, start and end mean, live and in a recording.
 *
 * At the live edge play and pause release and hold the processes themselves; behind it they move through
 * what is recorded while the processes stay as they are.
 *
 * @module
 */
import { defineStore } from "pinia";
import { computed, ref, watch } from "vue";
import { useEngine } from "./engine.ts";
import { useSession } from "./session.ts";

export const speeds = [0.25, 0.5, 1, 2, 4, 8] as const;
/** Steps a second at speed 1. */
const basePace = 2;
/** A step of the reader may take several of the engine: quiet events are not shown. */
const mostQuietSteps = 400;

export const usePlayback = defineStore("playback", () => {
  const session = useSession();
  const engine = useEngine();
  const speed = ref<number>(1);
  const replaying = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let quietSteps = 0;
  let stepPid: number | undefined;
  const wantsStep = ref(false);

  const pace = computed(() => speed.value * basePace);
  const running = computed(() => session.isLive && session.phase === "running");
  const playing = computed(() => replaying.value || (running.value && session.follow));

  function play(): void {
    if (session.length === 0) return;
    if (session.atEdge && session.isLive) return control("run");
    if (session.atEdge) session.moveTo(0);
    session.follow = false;
    replaying.value = true;
    schedule();
  }

  function pause(): void {
    stopReplay();
    wantsStep.value = false;
    if (running.value) control("pause");
  }

  function toggle(): void {
    if (playing.value) pause();
    else play();
  }

  /** One step forward: through the recording, or at the edge one event of a held process. */
  function step(pid?: number): void {
    stopReplay();
    if (pid !== undefined && stepWithin(pid, 1)) return;
    if (pid === undefined && !session.atEdge) return advance();
    if (!session.isLive) return;
    if (running.value) return control("pause");
    quietSteps = 0;
    stepPid = pid;
    wantsStep.value = true;
    session.follow = true;
    session.moveTo(session.length - 1);
    control("step", pid);
  }

  function back(pid?: number): void {
    stopReplay();
    session.follow = false;
    if (pid !== undefined) stepWithin(pid, -1);
    else session.moveTo(session.cursor - 1);
  }

  function toStart(): void {
    stopReplay();
    session.follow = false;
    session.moveTo(0);
  }

  function toEnd(): void {
    stopReplay();
    session.follow = true;
    session.moveTo(session.length - 1);
  }

  function seek(step: number): void {
    stopReplay();
    session.follow = step >= session.length - 1;
    session.moveTo(step);
  }

  function changeSpeed(by: 1 | -1): void {
    const at = speeds.findIndex((each) => each === speed.value);
    speed.value = speeds[Math.max(0, Math.min(speeds.length - 1, at + by))] ?? 1;
  }

  /** Told of new events: a wanted step that brought nothing to show goes on. */
  function arrived(steps: number): void {
    if (!wantsStep.value) return;
    if (steps > 0 || ++quietSteps > mostQuietSteps) wantsStep.value = false;
    else control("step", stepPid);
  }

  function control(action: "run" | "pause" | "step" | "kill" | "detach", pid?: number): void {
    const { id } = session;
    if (id === undefined) return;
    if (action === "run") {
      session.follow = true;
      wantsStep.value = false;
    }
    const params = { session: id, action, ...(pid === undefined ? {} : { pid }), ...(action === "run" ? { pace: pace.value } : {}) };
    engine.request("control", params).catch((error: unknown) => {
      wantsStep.value = false;
      console.warn(`control ${action}: ${String(error)}`);
    });
  }

  /** Moves to the next or last step of one process; false when the recording has none that way. */
  function stepWithin(pid: number, by: 1 | -1): boolean {
    const { steps } = session.digest;
    const { events } = session.loaded.timeline;
    for (let at = session.cursor + by; at >= 0 && at < steps.length; at += by) {
      if (events[steps[at] ?? -1]?.pid !== pid) continue;
      session.follow = at === steps.length - 1;
      session.moveTo(at);
      return true;
    }
    return false;
  }

  function schedule(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!replaying.value) return;
      advance();
      if (!session.atEdge) schedule();
      else {
        stopReplay();
        if (session.isLive) control("run");
      }
    }, 1000 / pace.value);
  }

  function advance(): void {
    session.moveTo(session.cursor + 1);
    session.follow = session.atEdge;
  }

  function stopReplay(): void {
    replaying.value = false;
    clearTimeout(timer);
  }

  watch(speed, () => { if (running.value && session.follow) control("run"); });
  watch(() => session.loaded, () => { if (session.length === 0) stopReplay(); });

  return { speed, pace, replaying, running, playing, wantsStep, play, pause, toggle, step, back, toStart, toEnd, seek, changeSpeed, arrived, control, stopReplay };
});

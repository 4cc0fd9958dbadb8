import { onBeforeUnmount, onMounted, ref, watch } from "vue";
import { useEngine } from "../stores/engine.ts";
import { usePlayback } from "../stores/playback.ts";
import { useSession } from "../stores/session.ts";

declare global {
  interface Window {
    /** Facts for tests: they wait for these, never for time. */
    __forkscope?: { idle(): boolean; cursor(): number; length(): number; phase(): string };
  }
}

/** Says when the page is at rest: no answer awaited, nothing playing, every finite animation over, everything drawn. */
export function useFacts() {
  const session = useSession();
  const engine = useEngine();
  const playback = usePlayback();
  const idle = ref(false);
  let frame = 0;
  let round = 0;

  const isBusy = () => engine.connection === "connecting" || engine.pending > 0 || playback.playing || playback.wantsStep;

  /** At rest after three calm frames and once what moves has arrived; it is waited for, not looked at in every frame. */
  function settle(): void {
    idle.value = false;
    cancelAnimationFrame(frame);
    const mine = ++round;
    const look = (calm: number) => {
      frame = requestAnimationFrame(() => {
        if (isBusy()) return look(0);
        if (calm < 2) return look(calm + 1);
        const moving = finiteAnimations();
        if (moving.length === 0) idle.value = true;
        else void Promise.allSettled(moving.map((each) => each.finished)).then(() => { if (mine === round) look(0); });
      });
    };
    look(0);
  }

  watch(
    () => [session.cursor, session.length, session.phase, engine.connection, engine.pending, playback.playing, playback.wantsStep],
    settle, { immediate: true },
  );
  onMounted(() => {
    window.__forkscope = { idle: () => idle.value, cursor: () => session.cursor, length: () => session.length, phase: () => session.phase };
  });
  onBeforeUnmount(() => {
    round += 1;
    cancelAnimationFrame(frame);
  });
  return { idle };
}

/** Marching dashes go on for ever and do not count. */
function finiteAnimations(): Animation[] {
  return document.getAnimations().filter((animation) => {
    const end = animation.effect?.getComputedTiming().endTime;
    return animation.playState === "running" && typeof end === "number" && Number.isFinite(end);
  });
}

/**
 * Starting things: a scenario, a command, a recording. Also what the address bar or the shell asks for at first.
 *
 * @module
 */
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import type { Failure, RuntimeName, ScenarioInfo } from "../../../engine/protocol.ts";
import { EngineError } from "../../shared/client.ts";
import { deflateSync, Inflate } from "fflate";
import { readRecording } from "../../../lib/model/recording.ts";
import { RecordingWriter } from "../../../lib/model/recording_frames.ts";
import { useEngine } from "./engine.ts";
import { usePlayback } from "./playback.ts";
import { useSession } from "./session.ts";
import { useView } from "./view.ts";

export const useRuns = defineStore("runs", () => {
  const engine = useEngine();
  const session = useSession();
  const playback = usePlayback();
  const view = useView();
  const runtime = ref<RuntimeName>("bun");
  const scenarioId = ref<string>();
  const command = ref<string[]>();
  let again: (() => Promise<void>) | undefined;

  const scenario = computed<ScenarioInfo | undefined>(() => {
    const wanted = session.header?.scenario ?? scenarioId.value;
    return engine.hello?.scenarios.find((each) => each.id === wanted);
  });
  const title = computed(() => scenario.value?.title[view.lang] ?? session.header?.scenario ?? (session.header?.command ?? command.value ?? []).join(" "));

  async function start(): Promise<void> {
    await engine.connect({
      events: ({ session: from, events }) => { if (session.isMine(from)) playback.arrived(session.append(events)); },
      state: (state) => { session.takeState(state); },
      verdicts: ({ session: from, verdicts }) => { if (session.isMine(from)) session.verdicts = verdicts; },
    });
    const available = engine.hello?.runtimes.find((each) => each.available);
    if (available && !engine.hello?.runtimes.some((each) => each.name === runtime.value && each.available)) runtime.value = available.name;
    const carried = document.getElementById("recording")?.textContent;
    if (carried) return openBytes("recording", Uint8Array.from(atob(carried), (character) => character.charCodeAt(0)));
    if (engine.ready) await first();
  }

  /** Opens with a scenario already playing, unless asked for another thing or for none. */
  async function first(): Promise<void> {
    const query = new URLSearchParams(location.search);
    const path = query.get("open") ?? window.forkscope?.platform.open;
    if (path) return openPath(path);
    const wanted = query.get("play") ?? window.forkscope?.platform.play;
    if (wanted === "none") return;
    const given = query.get("runtime");
    if (given === "bun" || given === "deno") runtime.value = given;
    const found = engine.hello?.scenarios.find((each) => each.id === wanted) ?? engine.hello?.scenarios[0];
    if (found) await playScenario(found.id, query.get("run") !== "0");
  }

  async function playScenario(id: string, run = true): Promise<void> {
    again = () => playScenario(id, run);
    scenarioId.value = id;
    command.value = undefined;
    view.markRan(id);
    await begin("live", () => engine.request("play", { scenario: id, runtime: runtime.value, run, pace: playback.pace, verify: true }));
  }

  async function traceCommand(argv: string[]): Promise<void> {
    again = () => traceCommand(argv);
    scenarioId.value = undefined;
    command.value = argv;
    await begin("live", () => engine.request("trace", { command: argv, run: false, pace: playback.pace, verify: true }));
  }

  async function openPath(path: string): Promise<void> {
    again = () => openPath(path);
    scenarioId.value = undefined;
    command.value = [path];
    await begin("recording", () => engine.request("open", { path }));
    session.follow = false;
    playback.toStart();
  }

  async function begin(from: "live" | "recording", ask: () => Promise<{ session: number }>): Promise<void> {
    endLive();
    session.expect(from);
    view.selection = undefined;
    view.drawer = "none";
    try {
      session.adopt((await ask()).session);
    } catch (error) {
      session.fail(failureOf(error));
    }
  }

  /** A run that is left behind does not go on unseen. */
  function endLive(): void {
    if (session.isLive) playback.control("kill");
    playback.stopReplay();
  }

  async function switchRuntime(name: RuntimeName): Promise<void> {
    runtime.value = name;
    if (scenario.value) await playScenario(scenario.value.id);
  }

  /** Reads a recording that the reader picked in the page; needs no engine. */
  async function openLocal(file: { name: string; arrayBuffer(): Promise<ArrayBuffer> }): Promise<void> {
    endLive();
    again = () => openLocal(file);
    openBytes(file.name, new Uint8Array(await file.arrayBuffer()));
  }

  function openBytes(name: string, bytes: Uint8Array): void {
    scenarioId.value = undefined;
    command.value = [name];
    session.clear("recording");
    try {
      const { header, events, damaged } = readRecording(bytes, inflate);
      session.header = header;
      session.follow = false;
      session.append(events);
      session.phase = "ended";
      if (damaged || events.at(-1)?.kind !== "end") session.cutAfter = session.length;
      session.moveTo(0);
    } catch (error) {
      session.fail(failureOf(error));
    }
  }

  async function savePath(path: string): Promise<void> {
    if (session.id === undefined) return;
    await engine.request("save", { session: session.id, path });
  }

  /** The recording as a file, for a browser to download. */
  function recordingFile(): Blob {
    if (!session.header) return new Blob([]);
    const writer = new RecordingWriter(session.header, (bytes) => deflateSync(bytes));
    for (const event of session.loaded.timeline.events) writer.add(event);
    return new Blob([new Uint8Array(writer.begin()), new Uint8Array(writer.take())], { type: "application/octet-stream" });
  }

  async function retry(): Promise<void> {
    await again?.();
  }

  return { runtime, scenarioId, scenario, title, start, playScenario, traceCommand, openPath, openLocal, savePath, recordingFile, switchRuntime, endLive, retry };
});

/** What there is of a deflated stream, cut or not. */
function inflate(bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  new Inflate((piece) => { pieces.push(piece.slice()); }).push(bytes);
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function failureOf(error: unknown): Failure {
  if (error instanceof EngineError) return error.failure;
  return { message: error instanceof Error ? error.message : String(error) };
}

/**
 * One client's conversation with the engine: answers its requests, owns the sessions it started.
 *
 * @module
 */
import { hello } from "./catalogue.ts";
import type { Failure, Message, Request, Requests } from "./protocol.ts";
import { readRecordingFile, writeRecordingFile } from "./recordings.ts";
import { Refusal } from "./refusal.ts";
import { readRequest } from "./requests.ts";
import { Session, type SessionListener } from "./session.ts";
import { nullDevice } from "./stdio.ts";
import { commandStart, storyStart } from "./start.ts";

export class Client {
  readonly #say: (message: Message) => void;
  readonly #sessions = new Map<number, Session>();
  #next = 1;
  #gone = false;

  constructor(say: (message: Message) => void) {
    this.#say = (message) => { if (!this.#gone) say(message); };
  }

  /** Takes one message as text; answers it, whatever it is. */
  receive(line: string): void {
    const read = readRequest(line);
    if (!read.ok) return this.#say({ id: read.id, error: { message: read.why } });
    try {
      this.#say({ id: read.request.id, result: this.#answer(read.request) });
    } catch (error) {
      this.#say({ id: read.request.id, error: failureOf(error) });
    }
  }

  /** Ends everything this client started. */
  end(): Promise<unknown> {
    this.#gone = true;
    for (const session of this.#sessions.values()) session.kill();
    return Promise.all([...this.#sessions.values()].map((session) => session.done));
  }

  #answer(request: Request): Requests[Request["method"]]["result"] {
    switch (request.method) {
      case "hello": return hello();
      case "play": return this.#play(request.params);
      case "trace": return this.#trace(request.params);
      case "control": return this.#control(request.params);
      case "open": return this.#open(request.params.path);
      case "save": return this.#save(request.params);
    }
  }

  #play({ scenario, runtime, run, pace, verify = true }: Requests["play"]["params"]): { session: number } {
    const start = storyStart(scenario, runtime, { held: !run, pace, verify });
    return this.#begin((id, listener) => Session.traced(id, start, listener));
  }

  #trace({ command, run, pace, verify = false }: Requests["trace"]["params"]): { session: number } {
    const start = commandStart(command, { held: !run, pace, verify }, nullDevice());
    return this.#begin((id, listener) => Session.traced(id, start, listener));
  }

  #open(path: string): { session: number } {
    const recording = readRecordingFile(path);
    return this.#begin((id, listener) => Session.opened(id, path, recording, listener));
  }

  /** What there is so far. */
  #save({ session: id, path }: Requests["save"]["params"]): { events: number } {
    const { header, events } = this.#session(id);
    writeRecordingFile(path, header, events);
    return { events: events.length };
  }

  #control({ session: id, action, pid, pace = 0 }: Requests["control"]["params"]): Record<string, never> {
    const session = this.#session(id);
    if (action === "run") session.run(pace);
    else if (action === "step") session.step(pid);
    else session[action]();
    return {};
  }

  /** A client watches one live run: a new one ends the last. The answer that names it leaves before its first notification. */
  #begin(start: (id: number, listener: SessionListener) => Session): { session: number } {
    const id = this.#next++;
    for (const session of this.#sessions.values()) session.kill();
    const later = (message: Message) => { queueMicrotask(() => { this.#say(message); }); };
    const session = start(id, {
      events: (events) => { later({ notify: "events", params: { session: id, events } }); },
      state: (state) => { later({ notify: "state", params: state }); },
      verdicts: (verdicts) => { later({ notify: "verdicts", params: { session: id, verdicts } }); },
    });
    this.#sessions.set(id, session);
    return { session: id };
  }

  #session(id: number): Session {
    const session = this.#sessions.get(id);
    if (!session) throw new Refusal(`find session: ${id} is none of this client's`);
    return session;
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) return error.failure;
  const { code, syscall, message } = error as { code?: unknown; syscall?: unknown; message?: unknown };
  return {
    message: String(message ?? error),
    ...(typeof syscall === "string" ? { call: syscall } : {}),
    ...(typeof code === "string" ? { errno: code } : {}),
  };
}

/**
 * Typed requests and notifications over whatever carries messages to the engine.
 *
 * @module
 */
import type { Failure, Message, Method, Notifications, Request, Requests, Response } from "../../engine/protocol.ts";

/** Carries whole messages; what a message means is not its business. */
export interface Transport {
  send(message: Request): void;
  onMessage(callback: (message: Message) => void): void;
  onClosed(callback: (reason: string) => void): void;
  close(): void;
}

/** A request the engine refused, with what the kernel said. */
export class EngineError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = "EngineError";
    this.failure = failure;
  }
}

type Listener<N extends keyof Notifications> = (params: Notifications[N]) => void;
type Listeners = { [N in keyof Notifications]: Listener<N>[] };
interface Waiting {
  resolve(result: unknown): void;
  reject(error: EngineError): void;
}

export class EngineClient {
  readonly #transport: Transport;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners: Listeners = { events: [], state: [], verdicts: [] };
  #next = 1;

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.onMessage((message) => { this.#receive(message); });
    transport.onClosed((reason) => { this.#fail(reason); });
  }

  /** Requests sent and not yet answered. */
  get pending(): number {
    return this.#waiting.size;
  }

  request<M extends Method>(method: M, params: Requests[M]["params"]): Promise<Requests[M]["result"]> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (result) => { resolve(result as Requests[M]["result"]); }, reject });
      this.#transport.send({ id, method, params } as Request);
    });
  }

  on<N extends keyof Notifications>(name: N, listener: Listener<N>): void {
    this.#listeners[name].push(listener);
  }

  onClosed(callback: (reason: string) => void): void {
    this.#transport.onClosed(callback);
  }

  close(): void {
    this.#transport.close();
  }

  #receive(message: Message): void {
    if ("notify" in message) {
      for (const listener of this.#listeners[message.notify] as Listener<typeof message.notify>[]) listener(message.params as never);
    } else if (!("method" in message)) this.#settle(message);
  }

  #settle(response: Response): void {
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if ("error" in response) waiting?.reject(new EngineError(response.error));
    else waiting?.resolve(response.result);
  }

  #fail(reason: string): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new EngineError({ message: reason }));
    this.#waiting.clear();
  }
}

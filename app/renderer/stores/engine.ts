/**
 * The connection to the engine: what it offers, whether it is there, how many answers are awaited.
 *
 * @module
 */
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import type { Hello, Method, Notifications, Requests } from "../../../engine/protocol.ts";
import { EngineClient, EngineError } from "../../shared/client.ts";
import { bridgeTransport, socketTransport } from "../../shared/transport.ts";

export type Connection = "connecting" | "ready" | "lost" | "absent";

const tokenKey = "forkscope.token";

type Handlers = { [N in keyof Notifications]: (params: Notifications[N]) => void };

export const useEngine = defineStore("engine", () => {
  const connection = ref<Connection>("connecting");
  const hello = shallowRef<Hello>();
  const lostWhy = ref("");
  const pending = ref(0);
  let client: EngineClient | undefined;
  let handlers: Handlers | undefined;

  /** Connects and asks what there is. `receive` gets every notification from then on. */
  async function connect(receive: Handlers): Promise<void> {
    handlers = receive;
    connection.value = "connecting";
    const transport = chooseTransport();
    if (!transport) {
      connection.value = "absent";
      return;
    }
    const mine = new EngineClient(transport);
    client?.close();
    client = mine;
    mine.on("events", receive.events);
    mine.on("state", receive.state);
    mine.on("verdicts", receive.verdicts);
    mine.onClosed((reason) => { if (client === mine) lose(reason); });
    await greet();
  }

  async function greet(): Promise<void> {
    try {
      hello.value = await request("hello", {});
      connection.value = "ready";
    } catch (error) {
      lose(error instanceof EngineError ? error.message : String(error));
    }
  }

  function lose(reason: string): void {
    connection.value = hello.value === undefined && window.forkscope === undefined ? "absent" : "lost";
    lostWhy.value = reason;
  }

  async function reconnect(): Promise<void> {
    window.forkscope?.restart();
    if (handlers) await connect(handlers);
  }

  async function request<M extends Method>(method: M, params: Requests[M]["params"]): Promise<Requests[M]["result"]> {
    if (!client) throw new EngineError({ message: `Send ${method}: no engine is connected` });
    pending.value += 1;
    try {
      return await client.request(method, params);
    } finally {
      pending.value -= 1;
    }
  }

  const ready = computed(() => connection.value === "ready");
  return { connection, hello, lostWhy, pending, ready, connect, reconnect, request };
});

/** The token comes with the printed link once; it leaves the address bar and stays for reloads of this tab. */
function chooseTransport() {
  if (window.forkscope) return bridgeTransport(window.forkscope);
  if (!location.protocol.startsWith("http")) return undefined;
  const query = new URLSearchParams(location.search);
  const given = query.get("token");
  if (given !== null) {
    sessionStorage.setItem(tokenKey, given);
    query.delete("token");
    const rest = query.toString();
    history.replaceState(null, "", location.pathname + (rest === "" ? "" : `?${rest}`) + location.hash);
  }
  return socketTransport(given ?? sessionStorage.getItem(tokenKey) ?? "");
}

import { type Benchmark, type CreateBenchmark, isTerminal } from "../domain/benchmark.ts";
import type { EventData } from "../events.ts";
import { type Operate, OperationFailed } from "./operator.ts";

type ProgressData = EventData<"benchmark.progress">;
type OnProgress = (share: number) => void;

/** What of a server's messages is read here. */
type Message = { type: "ack" | "error" } | { type: "event"; data: ProgressData };

/** The last that was heard of each benchmark, for whoever begins to listen late. */
interface Listening {
  last: Map<string, ProgressData>;
  /** Called after each event. */
  hear(): void;
}

/** Resolves once events come in; from then on `broken` rejects if they end. */
async function subscribe(socket: WebSocket, listening: Listening, broken: PromiseWithResolvers<never>) {
  const subscribed = Promise.withResolvers<void>();
  socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", topics: ["benchmark.progress"] }));
  socket.onclose = () => broken.reject(new OperationFailed("The server closed the WebSocket."));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.type === "ack") subscribed.resolve();
    if (message.type !== "event") return;
    listening.last.set(message.data.benchmark_id, message.data);
    listening.hear();
  };
  await Promise.race([subscribed.promise, broken.promise]);
}

/**
 * Starts a benchmark, follows it by the server's WebSocket and answers it when it has ended. `key` is an API key
 * that may read benchmarks. Throws OperationFailed if the server refuses, or if the connection is lost.
 */
export async function runBenchmark(
  server: { url: string; key: string; operate: Operate },
  request: CreateBenchmark,
  onProgress: OnProgress,
): Promise<Benchmark> {
  const { url, key, operate } = server;
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/ws`, ["bearer", key]);
  const listening: Listening = { last: new Map(), hear: () => undefined };
  const broken = Promise.withResolvers<never>();
  try {
    await subscribe(socket, listening, broken);
    const { benchmark_id } = (await operate("POST", "/v1/benchmarks", request)) as Benchmark;
    const ended = Promise.withResolvers<void>();
    listening.hear = () => {
      const heard = listening.last.get(benchmark_id);
      if (heard) onProgress(heard.progress);
      if (heard && isTerminal(heard.status)) ended.resolve();
    };
    listening.hear();
    await Promise.race([ended.promise, broken.promise]);
    return (await operate("GET", `/v1/benchmarks/${benchmark_id}`)) as Benchmark;
  } finally {
    socket.onclose = null;
    socket.close();
  }
}

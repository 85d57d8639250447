import type { Socket } from "bun";
import { percentile } from "../../../src/statistics/quantile.ts";

/** One request, sent over and over by several connections at once. */
export interface Load {
  url: string;
  /** The whole of an HTTP request as text. */
  request: string;
  connections: number;
  /** Requests a second of all connections together, at random moments; as many as are answered if left out. */
  rate?: number;
}

export interface Pressed {
  requests: number;
  per_second: number;
  p50_ms: number;
  p99_ms: number;
}

/** A request that was sent, and the answer that its connection waits for. */
export interface Exchange {
  /** When it was to be sent, and when it was: a connection whose answer is late asks again at once. */
  due_at: number;
  sent_at: number;
  head: string;
  /** Bytes still to come; null until the head is in. */
  missing: number | null;
}

export const newExchange = (due_at = performance.now()): Exchange => ({
  due_at,
  sent_at: performance.now(),
  head: "",
  missing: null,
});

const HEAD_END = "\r\n\r\n";

/** Bytes to come after those in `received`; null while that is not known. Throws for any status but 2xx. */
function missingAfter(received: string): number | null {
  const end = received.indexOf(HEAD_END);
  if (end === -1) return null;
  const length = /content-length: (\d+)/i.exec(received)?.[1];
  if (received[9] !== "2" || length === undefined) throw new Error(`Not what was asked for:\n${received}`);
  return end + HEAD_END.length + Number(length) - received.length;
}

/** Takes in a part of the answer; true once it is whole. */
export function receive(exchange: Exchange, chunk: Buffer): boolean {
  if (exchange.missing === null) {
    exchange.head += chunk.toString("latin1");
    exchange.missing = missingAfter(exchange.head);
  } else exchange.missing -= chunk.length;
  return exchange.missing === 0;
}

/**
 * Sends the request by raw sockets, each as soon as the answer to the one before is in: `fetch` takes longer
 * for a call than a fast server does. It goes on until `until` is settled. Throws for an answer that is not 2xx, and for a broken connection.
 */
export async function press(load: Load, until: () => Promise<unknown>): Promise<Pressed> {
  const { url, request, connections, rate } = load;
  /** Mean time between two requests of a connection. */
  const every_ms = rate === undefined ? 0 : (1000 * connections) / rate;
  const { hostname, port } = new URL(url);
  const took: number[] = [];
  const broken = Promise.withResolvers<never>();
  let ended = false;

  function send(socket: Socket<Exchange>, due_at: number): void {
    if (ended) return;
    socket.data = newExchange(due_at);
    socket.write(request);
  }
  /** At random: connections that are answered together and wait alike would ask together for ever. */
  function sendNext(socket: Socket<Exchange>): void {
    const due_at = socket.data.due_at + 2 * every_ms * Math.random();
    const left_ms = due_at - performance.now();
    if (left_ms > 0) setTimeout(send, left_ms, socket, due_at);
    else send(socket, due_at);
  }
  function onData(socket: Socket<Exchange>, chunk: Buffer): void {
    if (!receive(socket.data, chunk)) return;
    took.push(performance.now() - socket.data.sent_at);
    sendNext(socket);
  }
  const onClose = () => broken.reject(new Error(`${url} closed a connection.`));

  const open = () =>
    Bun.connect<Exchange>({
      hostname,
      port: Number(port),
      data: newExchange(),
      socket: { data: onData, close: onClose, error: (_socket, error) => broken.reject(error) },
    });
  const sockets = await Promise.all(Array.from({ length: connections }, open));
  const started = performance.now();
  for (const socket of sockets) sendNext(socket);
  await Promise.race([until(), broken.promise]);
  ended = true;
  const requests = took.length;
  const per_second = (requests * 1000) / (performance.now() - started);
  for (const socket of sockets) socket.terminate();
  const ascending = Float64Array.from(took).sort();
  return {
    requests,
    per_second,
    p50_ms: percentile(ascending, 50) ?? 0,
    p99_ms: percentile(ascending, 99) ?? 0,
  };
}

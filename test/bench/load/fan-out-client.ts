import { createFrameCounter, textFrame, upgradeRequest } from "./frames.ts";
import { type Exchange, newExchange, receive } from "./press.ts";

/** Many sockets, and a request whose answering sends one message to each of them. */
export interface FanOut {
  url: string;
  sockets: number;
  /** Headers of the sockets' upgrade requests. */
  headers: Record<string, string>;
  /** The message that subscribes a socket; null where it listens from the start. */
  subscribe: string | null;
  /** The whole of an HTTP request as text. */
  trigger: string;
}

export interface FannedOut {
  /** Messages that arrived, over all sockets. */
  per_second: number;
}

/** Messages under way at once: enough to keep the server busy, too few to fill a socket's buffer. */
const WINDOW = 4;
const SETTLE_MS = 300;
const UPGRADED = "\r\n\r\n";

interface Connected {
  url: string;
  onBytes(chunk: Buffer): void;
  onBroken(error: Error): void;
}

const connect = ({ url, onBytes, onBroken }: Connected) =>
  Bun.connect({
    hostname: new URL(url).hostname,
    port: Number(new URL(url).port),
    socket: {
      data: (_socket, chunk) => onBytes(chunk),
      error: (_socket, error) => onBroken(error),
      close: () => onBroken(new Error(`${url} closed a connection.`)),
    },
  });

/** Opens one listening socket; resolves once it is upgraded and, if it has to be, subscribed. */
async function listen(
  { url, headers, subscribe }: FanOut,
  onFrames: (frames: number) => void,
  onBroken: (error: Error) => void,
) {
  const count = createFrameCounter();
  const upgraded = Promise.withResolvers<void>();
  const subscribed = Promise.withResolvers<void>();
  let open = false;
  const onBytes = (chunk: Buffer) => {
    if (open) {
      onFrames(count(chunk));
      subscribed.resolve();
      return;
    }
    if (!chunk.toString("latin1").endsWith(UPGRADED))
      throw new Error(`No upgrade:\n${chunk.toString("latin1")}`);
    open = true;
    upgraded.resolve();
  };
  const socket = await connect({ url, onBytes, onBroken });
  socket.write(upgradeRequest(url, headers));
  await upgraded.promise;
  if (subscribe === null) return socket;
  socket.write(textFrame(subscribe));
  await subscribed.promise;
  return socket;
}

/** Sets off message after message, a few at a time, and counts what arrives until `until` is settled. */
export async function fanOut(task: FanOut, until: () => Promise<unknown>): Promise<FannedOut> {
  const broken = Promise.withResolvers<never>();
  let arrived = 0;
  let exchange: Exchange | null = null;
  let triggered = 0;
  let running = false;

  function next(): void {
    if (!running || exchange || triggered - arrived / task.sockets >= WINDOW) return;
    triggered++;
    exchange = newExchange();
    trigger.write(task.trigger);
  }
  const onFrames = (frames: number) => {
    if (!running) return;
    arrived += frames;
    next();
  };
  const onBytes = (chunk: Buffer) => {
    if (exchange && receive(exchange, chunk)) exchange = null;
    next();
  };
  const onBroken = broken.reject;

  const trigger = await connect({ url: task.url, onBytes, onBroken });
  const sockets = [];
  for (let index = 0; index < task.sockets; index++) sockets.push(await listen(task, onFrames, onBroken));
  await Bun.sleep(SETTLE_MS);
  running = true;
  const started = performance.now();
  next();
  await Promise.race([until(), broken.promise]);
  running = false;
  const per_second = (arrived * 1000) / (performance.now() - started);
  for (const socket of [trigger, ...sockets]) socket.terminate();
  return { per_second };
}

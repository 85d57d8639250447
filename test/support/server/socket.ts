export type SocketMessage = Record<string, unknown>;

/** A WebSocket as a client sees it. */
export interface TestSocket {
  /** The subprotocol that the server chose; empty for none. */
  readonly protocol: string;
  /** Sends an object as JSON, text and bytes as they are. */
  send(message: object | string | Uint8Array<ArrayBuffer>): void;
  /** The next message that was not read yet. */
  next(): Promise<SocketMessage>;
  /** Reads until a message fits; answers all that were read, that one last. */
  until(fits: (message: SocketMessage) => boolean): Promise<SocketMessage[]>;
  /** Sends, and answers the next message. */
  ask(message: object | string | Uint8Array<ArrayBuffer>): Promise<SocketMessage>;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): Promise<void>;
}

const wsUrl = (url: string): string => `${url.replace(/^http/, "ws")}/ws`;

/** Opens a socket to a server's `/ws`, with a token as a browser would send it; throws if the server refuses it. */
export async function openSocket(url: string, token?: string): Promise<TestSocket> {
  const socket = new WebSocket(wsUrl(url), token === undefined ? [] : ["bearer", token]);
  const unread: SocketMessage[] = [];
  const waiting: ((message: SocketMessage) => void)[] = [];
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as SocketMessage;
    const reader = waiting.shift();
    if (reader) reader(message);
    else unread.push(message);
  };
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("the WebSocket was refused")));
  });

  const next = (): Promise<SocketMessage> => {
    const message = unread.shift();
    return message ? Promise.resolve(message) : new Promise((resolve) => waiting.push(resolve));
  };
  const send: TestSocket["send"] = (message) => {
    const isRaw = typeof message === "string" || message instanceof Uint8Array;
    socket.send(isRaw ? message : JSON.stringify(message));
  };

  return {
    protocol: socket.protocol,
    send,
    next,
    async until(fits) {
      const read: SocketMessage[] = [];
      do read.push(await next());
      while (!fits(read.at(-1) ?? {}));
      return read;
    },
    ask(message) {
      send(message);
      return next();
    },
    closed,
    async close() {
      socket.close();
      await closed;
    },
  };
}

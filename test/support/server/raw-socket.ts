import { connect, type Socket } from "node:net";
import type { SocketMessage } from "./socket.ts";

export interface Handshake {
  status: number;
  headers: Headers;
  body: string;
  /** The connection beneath, for those who want to treat it badly. */
  connection: Socket;
}

function parseHead(head: string): { status: number; headers: Headers } {
  const [first = "", ...lines] = head.split("\r\n");
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(" ")[1]), headers: new Headers(pairs) };
}

/** Asks for a WebSocket by hand, to see what the server answers to the request itself. */
export function shakeHands(
  url: string,
  headers: Record<string, string> = {},
  path = "/ws",
): Promise<Handshake> {
  const { hostname, port, host } = new URL(url);
  const asked = {
    Host: host,
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    ...headers,
  };
  const lines = Object.entries(asked).map(([name, value]) => `${name}: ${value}\r\n`);
  const connection = connect(Number(port), hostname);
  connection.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  return new Promise((resolve, reject) => {
    let text = "";
    connection.on("error", reject);
    connection.on("data", function read(chunk) {
      text += chunk.toString();
      const [head = "", body] = text.split("\r\n\r\n", 2);
      if (body === undefined) return;
      const { status, headers: answered } = parseHead(head);
      if (body.length < Number(answered.get("content-length") ?? 0)) return;
      connection.off("data", read);
      resolve({ status, headers: answered, body, connection });
    });
  });
}

const TEXT = 0x81;
const PING = 0x89;
const CLOSE = 0x88;

/** A client's frame. Clients must mask; a mask of zeros leaves the content as it is. */
function frameOf(kind: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 126 ? [length | 0x80] : [126 | 0x80, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([kind, ...size, 0, 0, 0, 0]), content]);
}

export const clientFrame = (message: object): Buffer => frameOf(TEXT, Buffer.from(JSON.stringify(message)));

/** A client's ping of the WebSocket protocol. */
export const pingFrame = (): Buffer => frameOf(PING, Buffer.alloc(0));

/** A server's frames of up to 64 KiB, as far as they came whole. */
function framesIn(bytes: Buffer): { kind: number; content: Buffer }[] {
  const frames: { kind: number; content: Buffer }[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const start = at + (short === 126 ? 4 : 2);
    const end = start + (short === 126 ? bytes.readUInt16BE(at + 2) : short);
    if (end > bytes.length) break;
    frames.push({ kind: bytes[at] ?? 0, content: bytes.subarray(start, end) });
    at = end;
  }
  return frames;
}

/** The messages in a server's bytes, as far as they came whole. */
export const messagesIn = (bytes: Buffer): SocketMessage[] =>
  framesIn(bytes)
    .filter(({ kind }) => kind === TEXT)
    .map(({ content }) => JSON.parse(content.toString("utf8")));

/** The code with which a server closed the socket; undefined if its bytes do not hold one. */
export const closeCodeIn = (bytes: Buffer): number | undefined =>
  framesIn(bytes)
    .find(({ kind }) => kind === CLOSE)
    ?.content.readUInt16BE(0);

/** Sends a message on a socket opened by hand, and answers what comes back. */
export function askByHand({ connection }: Handshake, message: object): Promise<SocketMessage | undefined> {
  connection.write(clientFrame(message));
  return new Promise((resolve) => connection.once("data", (chunk: Buffer) => resolve(messagesIn(chunk)[0])));
}

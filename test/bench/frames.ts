/** Frames of a WebSocket as they go over the wire: RFC 6455, section 5.2. */

export interface Taken {
  frames: number;
  /** Of their payloads. */
  bytes: number;
}

const LONG = 126;
const TOO_LONG = 127;

/** Length of an unmasked frame's head and of all of it; null while the head is not whole. */
function frameAt(bytes: Buffer, at: number): { head: number; whole: number } | null {
  const length = bytes[at + 1];
  if (length === undefined) return null;
  if (length < LONG) return { head: 2, whole: 2 + length };
  if (length === TOO_LONG) throw new Error("A frame of more than 64 KiB.");
  return bytes.length < at + 4 ? null : { head: 4, whole: 4 + bytes.readUInt16BE(at + 2) };
}

/** Counts the server's frames in a stream of chunks. */
export function createFrameCounter(): (chunk: Buffer) => Taken {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    const all = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const taken = { frames: 0, bytes: 0 };
    let at = 0;
    for (let frame = frameAt(all, at); frame && at + frame.whole <= all.length; frame = frameAt(all, at)) {
      taken.frames++;
      taken.bytes += frame.whole - frame.head;
      at += frame.whole;
    }
    rest = Buffer.from(all.subarray(at));
    return taken;
  };
}

/** A client's text frame. Its mask is zero, which leaves the payload as it is. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length >= LONG) throw new Error("The message is too long for a short frame.");
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

/** The request that makes a WebSocket of a connection. */
export function upgradeRequest(url: string, headers: Record<string, string>): string {
  const all = {
    Host: new URL(url).host,
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET /ws HTTP/1.1\r\n${lines.join("")}\r\n`;
}

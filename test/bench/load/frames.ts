/** Frames of a WebSocket as they go over the wire: RFC 6455, section 5.2. */

const LONG = 126;
const TOO_LONG = 127;

/** Length of the server's frame at that place, its head included; null while the head is not whole. */
function lengthAt(bytes: Buffer, at: number): number | null {
  const length = bytes[at + 1];
  if (length === undefined) return null;
  if (length < LONG) return 2 + length;
  if (length === TOO_LONG) throw new Error("A frame of more than 64 KiB.");
  return bytes.length < at + 4 ? null : 4 + bytes.readUInt16BE(at + 2);
}

/** Counts the frames that are whole with each chunk of the server's stream. */
export function createFrameCounter(): (chunk: Buffer) => number {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const all = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    let frames = 0;
    for (let next = lengthAt(all, at); next !== null && at + next <= all.length; next = lengthAt(all, at)) {
      at += next;
      frames++;
    }
    rest = Buffer.from(all.subarray(at));
    return frames;
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

/**
 * A message of AWS' binary event streams (`application/vnd.amazon.eventstream`): its total length, the length of its
 * headers and the CRC-32 of both; the headers, each a name and a string (type 7); the payload; the CRC-32 of all of
 * it. Numbers are big-endian. Source: AWS' "Event stream encoding" (Smithy, `smithy.api#streaming`).
 */
export function toMessage(headers: Readonly<Record<string, string>>, payload: string): Uint8Array {
  const head = Buffer.concat(Object.entries(headers).map(toHeader));
  const body = Buffer.from(payload);
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(12 + head.length + body.length + 4, 0);
  prelude.writeUInt32BE(head.length, 4);
  const begun = Buffer.concat([prelude, checksum(prelude), head, body]);
  return Buffer.concat([begun, checksum(begun)]);
}

function toHeader([name, value]: [string, string]): Buffer {
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7]), length, text]);
}

function checksum(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(Bun.hash.crc32(bytes));
  return sum;
}

/** An event of Bedrock's ConverseStream. */
export const toBedrockEvent = (type: string, value: object): Uint8Array =>
  toMessage(
    { ":event-type": type, ":content-type": "application/json", ":message-type": "event" },
    JSON.stringify({ ...value, p: "abcdefgh" }),
  );

/** An exception in the middle of a stream. */
export const toBedrockException = (type: string, message: string): Uint8Array =>
  toMessage(
    { ":exception-type": type, ":content-type": "application/json", ":message-type": "exception" },
    JSON.stringify({ message }),
  );

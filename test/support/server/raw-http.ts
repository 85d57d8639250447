import { connect } from "node:net";
import type { Answer } from "./index.ts";

/** Sends bytes as they are over a connection of their own, and answers what came back until it was closed. */
function exchange(url: string, bytes: string | Uint8Array): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
    socket.on("error", reject);
  });
}

/**
 * A request that no decent client would send: the request line and headers go as they are written, with
 * `Connection: close` behind them. The server's own name is the `Host` unless the headers have one
 * or there is to be none.
 */
export async function sendRaw<Body>(
  url: string,
  head: readonly string[],
  body = "",
  has_host = true,
): Promise<Answer<Body>> {
  const isNamed = !has_host || head.some((line) => /^host:/i.test(line));
  const named = isNamed ? [] : [`Host: ${new URL(url).host}`];
  const lines = [...head, ...named, "Connection: close", "", body];
  const text = await exchange(url, lines.join("\r\n"));
  const [top = "", content = ""] = text.split(/\r\n\r\n(.*)/s);
  const [status = "", ...headers] = top.split("\r\n");
  const pairs = headers.map((line) => line.split(/: ?(.*)/, 2) as [string, string]);
  const isJson = /^content-type: application\/json/im.test(top) && content !== "";
  return {
    status: Number(status.split(" ")[1]),
    headers: new Headers(pairs),
    body: (isJson ? JSON.parse(content) : content) as Body,
  };
}

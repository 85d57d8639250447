import { describe, expect, test } from "bun:test";
import { requestText } from "../servers/server.ts";
import { fanOut } from "./fan-out-client.ts";
import { createFrameCounter } from "./frames.ts";
import { press } from "./press.ts";

const SECONDS = 0.2;
const aMoment = () => Bun.sleep(SECONDS * 1000);

/** A server that answers as it is told, and counts. */
function startCounting(answer: () => Response) {
  const counted = { requests: 0, messages: 0 };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request, own) {
      if (own.upgrade(request)) return undefined;
      counted.requests++;
      counted.messages += own.publish("all", "x".repeat(300)) > 0 ? 1 : 0;
      return answer();
    },
    websocket: { open: (socket) => void socket.subscribe("all"), message: () => undefined },
  });
  return { counted, url: server.url.href.replace(/\/$/, ""), stop: () => server.stop(true) };
}

describe("press", () => {
  test("counts the answers that came, and has one request in the air for each connection", async () => {
    const { counted, url, stop } = startCounting(() => new Response("y".repeat(100_000)));
    const { requests } = await press({ url, request: requestText("GET", "/"), connections: 3 }, aMoment);
    await stop();
    expect(requests).toBeGreaterThan(0);
    expect(counted.requests - requests).toBeWithin(0, 4);
  });

  test("asks no more often than it is told, however quick the answers are", async () => {
    const { url, stop } = startCounting(() => new Response("ok"));
    const load = { url, request: requestText("GET", "/"), connections: 4, rate: 500 };
    const started = performance.now();
    const { requests } = await press(load, aMoment);
    const seconds = (performance.now() - started) / 1000;
    await stop();
    expect(requests).toBeWithin(1, load.rate * seconds + load.connections + 1);
  });

  test("does not take a refusal for an answer", async () => {
    const { url, stop } = startCounting(() => new Response("no", { status: 429 }));
    const pressed = press({ url, request: requestText("GET", "/"), connections: 1 }, aMoment);
    await expect(pressed).rejects.toThrow("429");
    await stop();
  });
});

describe("fan-out", () => {
  test("counts each message once for each socket", async () => {
    const { counted, url, stop } = startCounting(() => new Response("ok"));
    const task = { url, sockets: 5, headers: {}, subscribe: null, trigger: requestText("GET", "/trigger") };
    const { per_second } = await fanOut(task, aMoment);
    await stop();
    // The client's clock may tell a little less than what it was asked to wait.
    const most = ((counted.messages * task.sockets) / SECONDS) * 1.1;
    expect(per_second).toBeWithin(1, most);
  });

  test("finds the ends of frames wherever the stream is cut", () => {
    const frames = [3, 125, 126, 4_000].map((length) => {
      const head = length < 126 ? [0x81, length] : [0x81, 126, length >> 8, length & 0xff];
      return Buffer.concat([Buffer.from(head), Buffer.alloc(length)]);
    });
    const stream = Buffer.concat(frames);
    for (const size of [1, 2, 3, 127, 128, stream.length]) {
      const count = createFrameCounter();
      let counted = 0;
      for (let at = 0; at < stream.length; at += size) counted += count(stream.subarray(at, at + size));
      expect({ size, counted }).toEqual({ size, counted: frames.length });
    }
  });
});

import { afterEach, describe, expect, test } from "bun:test";
import { BODY_MAX, BodyTooLarge, limitBodies } from "../../src/providers/body-limit.ts";
import { createProviders } from "../../src/providers/index.ts";
import type { Fetch } from "../../src/providers/provider.ts";
import { failureOf, readDeltas } from "../support/deltas.ts";
import { waitUntil } from "../support/timing/waiting.ts";

const MEGABYTE = 1024 * 1024;
const running: ReturnType<typeof Bun.serve>[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop(true)));
});

/** A server whose every answer repeats `piece` until `bytes` are sent or the caller closes the connection. */
function flood(
  bytes: number,
  piece: string,
  { headers, status = 200 }: { headers: Record<string, string>; status?: number },
) {
  const seen = { sent: 0, aborted: false };
  const chunk = new TextEncoder().encode(piece);
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch(request) {
      request.signal.addEventListener("abort", () => {
        seen.aborted = true;
      });
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (seen.sent >= bytes) return controller.close();
          seen.sent += chunk.length;
          controller.enqueue(chunk);
        },
      });
      return new Response(body, { headers, status });
    },
  });
  running.push(server);
  return { seen, url: `http://127.0.0.1:${server.port}` };
}

const openAiAt = (url: string) => {
  const provider = createProviders({ openai: { api_key: "sk-test-1234567890", base_url: url } }).find(
    "openai",
  );
  if (!provider?.stream) throw new Error("no such provider");
  return { complete: provider.complete, stream: provider.stream };
};
const request = { model: "gpt-4o", messages: [{ role: "user" as const, content: "hello" }] };

describe("a body of 200 MB", () => {
  const WORD = `data: ${JSON.stringify({ id: "1", choices: [{ index: 0, delta: { content: "x".repeat(60_000) }, finish_reason: null }] })}\n\n`;

  test.each([
    ["whole", { "content-type": "application/json" }, 200],
    ["as a failure", { "content-type": "application/json" }, 500],
  ])("%s is cut off, and the sender hung up on", async (_label, headers, status) => {
    const { seen, url } = flood(200 * MEGABYTE, " ".repeat(65_536), { headers, status });
    const error = await failureOf(openAiAt(url).complete(request));
    expect(error).toMatchObject({ provider: "openai", reason: "invalid_response", retryable: false });
    expect(error.message).toBe(`OpenAI answered with more than ${BODY_MAX} bytes.`);
    await waitUntil(() => seen.aborted);
    expect(seen.sent).toBeLessThan(100 * MEGABYTE);
  });

  test("as a stream is cut off after the deltas that came", async () => {
    const { seen, url } = flood(200 * MEGABYTE, WORD, { headers: { "content-type": "text/event-stream" } });
    const { texts, completion, error } = await readDeltas(openAiAt(url).stream(request));
    expect(texts.length).toBeGreaterThan(100);
    expect(completion).toBeNull();
    expect(error).toMatchObject({ reason: "invalid_response", retryable: false });
    await waitUntil(() => seen.aborted);
    expect(seen.sent).toBeLessThan(100 * MEGABYTE);
  });

  test("that was compressed to almost nothing is cut off too", async () => {
    const bomb = Bun.gzipSync(new Uint8Array(40 * MEGABYTE).fill(32));
    expect(bomb.length).toBeLessThan(MEGABYTE);
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () =>
        new Response(bomb, { headers: { "content-type": "application/json", "content-encoding": "gzip" } }),
    });
    running.push(server);
    const error = await failureOf(openAiAt(`http://127.0.0.1:${server.port}`).complete(request));
    expect(error.message).toBe(`OpenAI answered with more than ${BODY_MAX} bytes.`);
  });
});

describe("the limit", () => {
  const limited = (body: BodyInit, maximum: number, headers: Record<string, string> = {}) =>
    limitBodies(async () => new Response(body, { headers }), maximum)("http://127.0.0.1");
  const streamed = (bytes: number): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        for (let index = 0; index < bytes; index++) controller.enqueue(new Uint8Array(1));
        controller.close();
      },
    });

  test("lets a body of just its size through, with its status and headers", async () => {
    const response = await limited(streamed(10), 10, { "x-request-id": "7" });
    expect(response.headers.get("x-request-id")).toBe("7");
    expect((await response.arrayBuffer()).byteLength).toBe(10);
  });

  test("ends one a byte longer with an error", async () => {
    const response = await limited(streamed(11), 10);
    expect(await response.arrayBuffer().catch((error: unknown) => error)).toBeInstanceOf(BodyTooLarge);
  });

  test("holds for a compressed body with a small announced length", async () => {
    const headers = { "content-length": "1", "content-encoding": "identity" };
    const response = await limited(streamed(11), 10, headers);
    expect(await response.arrayBuffer().catch((error: unknown) => error)).toBeInstanceOf(BodyTooLarge);
  });

  test("passes a missing body on", async () => {
    const response = await limitBodies(async () => new Response(null, { status: 204 }))("http://127.0.0.1");
    expect(response.status).toBe(204);
    expect(response.body).toBeNull();
  });

  test("hangs up on the sender when the reader leaves", async () => {
    let cancelled: unknown;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: (reason) => {
        cancelled = reason;
      },
    });
    const reader = (await limited(body, 1000)).body?.getReader();
    await reader?.read();
    await reader?.cancel("enough");
    expect(cancelled).toBe("enough");
  });
});

describe("a redirection", () => {
  test("is not followed, because the key would be sent along", async () => {
    const reached: string[] = [];
    const elsewhere = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch(request) {
        reached.push(request.headers.get("x-api-key") ?? "");
        return Response.json({});
      },
    });
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => Response.redirect(`http://127.0.0.1:${elsewhere.port}/`, 307),
    });
    running.push(elsewhere, server);
    const base_url = `http://127.0.0.1:${server.port}`;
    const provider = createProviders({ anthropic: { api_key: "sk-ant-1234567890", base_url } }).find(
      "anthropic",
    );
    if (!provider) throw new Error("no such provider");
    const error = await failureOf(provider.complete(request));
    expect(error).toMatchObject({ reason: "invalid_response", retryable: false });
    expect(error.message).toBe("Anthropic answered with a redirection (HTTP 307), which is not followed.");
    expect(reached).toEqual([]);
  });
});

test("connections are reused, and failed or abandoned calls leave none open", async () => {
  let open = 0;
  let opened = 0;
  const answer = JSON.stringify({
    id: "1",
    choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
  });
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open() {
        open++;
        opened++;
      },
      close() {
        open--;
      },
      data(socket, data) {
        if (!data.toString().includes("POST")) return;
        const body = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n`;
        socket.write(data.toString().includes('"stream":true') ? `${body}{` : `${body}${answer}`);
      },
    },
  });
  const provider = openAiAt(`http://127.0.0.1:${listener.port}`);
  for (let call = 0; call < 20; call++) await provider.complete(request);
  expect(opened).toBe(1);
  for (let call = 0; call < 20; call++)
    await readDeltas(provider.stream(request, { signal: AbortSignal.timeout(5) }));
  await waitUntil(() => open <= 1);
  listener.stop(true);
});

test("a given network is asked not to follow redirections", async () => {
  const seen: unknown[] = [];
  const send: Fetch = async (_input, init) => {
    seen.push(init?.redirect, init?.method);
    return Response.json({});
  };
  await limitBodies(send)("http://127.0.0.1", { method: "POST" });
  expect(seen).toEqual(["manual", "POST"]);
});

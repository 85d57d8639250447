import { afterAll, describe, expect, test } from "bun:test";
import type { CompletionRecord } from "../../src/domain/completions/completion.ts";
import type { Page } from "../../src/domain/page.ts";
import { createCli } from "../support/server/cli.ts";
import { ADMIN } from "../support/server/index.ts";
import { openSocket } from "../support/server/socket.ts";
import { readCompletion, streamCompletion } from "../support/server/sse.ts";
import { tempDirs } from "../support/temp-dir.ts";
import { waitUntil } from "../support/timing/waiting.ts";

const tempDir = tempDirs();
const cli = createCli();

const chunk = (content: string): string =>
  `data: ${JSON.stringify({
    id: "c",
    object: "chat.completion.chunk",
    created: 1,
    model: "drip",
    choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }],
  })}\n\n`;

/** A model whose streamed answer never ends: a piece every 50 ms. Any other request it never answers. */
let asked = 0;
const upstream = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  idleTimeout: 0,
  async fetch(request) {
    const { stream } = (await request.json()) as { stream?: boolean };
    asked++;
    if (!stream) return new Promise<Response>(() => undefined);
    async function* drip() {
      for (let piece = 0; ; piece++) {
        yield chunk(`piece ${piece} `);
        await Bun.sleep(50);
      }
    }
    return new Response(drip() as unknown as ReadableStream, {
      headers: { "content-type": "text/event-stream" },
    });
  },
});
afterAll(() => upstream.stop(true));

async function login(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(ADMIN),
  });
  return ((await response.json()) as { token: string }).token;
}

const settings = (DRAIN_SECONDS: string) => ({
  DATA_DIR: tempDir(),
  DRAIN_SECONDS,
  OPENAI_COMPATIBLE_DRIP_BASE_URL: `http://127.0.0.1:${upstream.port}/v1`,
  ADMIN_USERNAME: ADMIN.username,
  ADMIN_PASSWORD: ADMIN.password,
});

const QUESTION = { provider: "drip", model: "drip" };

async function recordsOf(env: Record<string, string>): Promise<CompletionRecord[]> {
  const { server, url } = await cli.serve(env);
  const headers = { authorization: `Bearer ${await login(url)}` };
  const answer = await fetch(`${url}/v1/completions`, { headers });
  server.process.kill("SIGTERM");
  await server.ended();
  return ((await answer.json()) as Page<CompletionRecord>).items;
}

describe("a stop with open calls", () => {
  test("ends them, sends their error events, records them, closes sockets, and only then the database", async () => {
    asked = 0;
    const env = settings("1");
    const { server, url } = await cli.serve(env);
    const token = await login(url);
    const socket = await openSocket(url, token);
    const streams = [1, 2].map(async () => readCompletion(await streamCompletion({ url, token }, QUESTION)));
    const whole = fetch(`${url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ ...QUESTION, prompt: "hello" }),
    });
    await waitUntil(() => asked === 3);
    await Bun.sleep(200);
    server.process.kill("SIGTERM");

    for (const { texts, done, error } of await Promise.all(streams)) {
      expect(texts.length).toBeGreaterThan(0);
      expect(done).toBeNull();
      expect(error?.error).toMatchObject({ code: "SERVICE_UNAVAILABLE", details: { reason: "cancelled" } });
    }
    expect((await whole).status).toBe(503);
    expect((await socket.closed).code).toBe(1001);
    expect(await server.ended()).toBe(0);
    expect(server.output.stdout).not.toInclude("CLIENT_CLOSED");
    expect(server.output.stdout).not.toInclude("INTERNAL_ERROR");

    const records = await recordsOf(env);
    expect(records).toHaveLength(3);
    for (const { status, error } of records)
      expect([status, error]).toEqual([
        "failed",
        "cancelled: The server stopped before the answer was complete.",
      ]);
    const begun = records.filter(({ text }) => text !== null);
    expect(begun).toHaveLength(2);
    for (const { text, usage } of begun) {
      expect(text).toStartWith("piece 0 piece 1 ");
      expect(usage?.estimated).toBe(true);
    }
  });

  test("listens on meanwhile, and says at /ready that it stops", async () => {
    asked = 0;
    const { server, url } = await cli.serve(settings("30"));
    const token = await login(url);
    const left = new AbortController();
    const stream = streamCompletion({ url, token }, QUESTION, left.signal);
    await waitUntil(() => asked === 1);
    server.process.kill("SIGTERM");
    await server.said('"msg":"stopping"');
    const ready = await fetch(`${url}/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { ready: false, reason: "The server is stopping." },
    ]);
    // Outside production, the wait ends with the last open request.
    await stream;
    left.abort();
    expect(await server.ended()).toBe(0);
  });
});

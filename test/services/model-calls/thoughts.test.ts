import { afterEach, expect, test } from "bun:test";
import { ProviderError } from "../../../src/providers/provider.ts";
import { toAppError } from "../../../src/services/model-calls/index.ts";
import { createCalls, request } from "../../support/model-calls.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { chunk, DONE, event } from "../../support/wire.ts";

const newDir = tempDirs();
const stopping: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

/** Calls of a model that thinks, then speaks once it is let. */
async function thinking(spoken: Promise<unknown>) {
  const encode = (value: unknown) => new TextEncoder().encode(event(value));
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () =>
      new Response(
        new ReadableStream({
          async start(body) {
            body.enqueue(encode(chunk({ reasoning_content: "hm" })));
            await spoken;
            body.enqueue(encode(chunk({ content: "Yes" })));
            body.enqueue(encode(chunk({}, "stop")));
            body.enqueue(new TextEncoder().encode(DONE));
            body.close();
          },
        }),
        { headers: { "content-type": "text/event-stream" } },
      ),
  });
  const made = await createCalls(newDir(), server.url.origin);
  stopping.push(() => server.stop(true), made.close);
  return made;
}

test("thoughts come as they are thought; the first token is the answer's", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { calls, provider } = await thinking(promise);
  const deltas = calls.stream(provider, request());
  expect(await deltas.next()).toMatchObject({ value: { type: "reasoning", text: "hm" } });
  const thought_at = performance.now();
  await Bun.sleep(30);
  const thought_ms = performance.now() - thought_at;
  resolve();
  const rest = await Array.fromAsync(deltas);
  expect(rest[0]).toEqual({ type: "text", text: "Yes" });
  const last = rest.at(-1);
  if (last?.type !== "finish") throw new Error("the last piece is the finish");
  expect(last.call.completion).toMatchObject({ text: "Yes", reasoning_content: "hm" });
  expect(last.call.ttft_ms).toBeGreaterThanOrEqual(thought_ms);
  // Thoughts are billed as any output: an estimate counts them.
  expect(last.call.completion.usage).toMatchObject({ estimated: true, reasoning_tokens: expect.any(Number) });
});

test("a known answer begins with what was thought", async () => {
  const { calls, provider } = await thinking(Promise.resolve());
  await calls.call(provider, request(), { cache: "use" });
  const known = await Array.fromAsync(calls.stream(provider, request(), { cache: "use" }));
  expect(known.map(({ type }) => type)).toEqual(["reasoning", "text", "finish"]);
});

test("a failure keeps the vendor's status, code and parameter among its details", () => {
  const facts = { status: 400, code: "context_length_exceeded", param: "messages" };
  expect(toAppError(new ProviderError("acme", "invalid_request", "too long", facts))).toMatchObject({
    code: "BAD_REQUEST",
    details: { provider: "acme", reason: "invalid_request", ...facts },
  });
  const { details } = toAppError(new ProviderError("acme", "unreachable", "gone"));
  expect(details).toEqual({ provider: "acme", reason: "unreachable" });
});

import { afterEach, describe, expect, test } from "bun:test";
import type { Socket } from "bun";
import { createAzure } from "../../../src/providers/azure.ts";
import { createEndpoint } from "../../../src/providers/compatible-vendors.ts";
import { createOpenAi } from "../../../src/providers/openai.ts";
import type { CompletionDelta, CompletionRequest } from "../../../src/providers/provider.ts";
import { failureOf, readDeltas } from "../../support/deltas.ts";
import { chunk, DONE, event, whole } from "../../support/wire.ts";

const stopping: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(stopping.splice(0).map((stop) => stop()));
});

const request: CompletionRequest = { model: "m", messages: [{ role: "user", content: "Say it." }] };

type Body = Record<string, unknown>;

/** A server that answers each call as told; `bodies` are those that came. */
function serve(answer: (body: Body, call: number) => Response | Promise<Response>) {
  const bodies: Body[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(call) {
      const body = (await call.json()) as Body;
      bodies.push(body);
      return answer(body, bodies.length);
    },
  });
  stopping.push(() => server.stop(true));
  return { bodies, base_url: `${server.url.origin}/v1` };
}

const endpointAt = (base_url: string) => {
  const { complete, stream, embed } = createEndpoint("acme", { base_url });
  if (!stream || !embed) throw new Error("an endpoint streams and embeds");
  return { complete, stream, embed };
};

const refusal = (error: object, status = 400) => Response.json({ error }, { status });
const NOT_MAX_TOKENS = {
  message:
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  param: "max_tokens",
  code: "unsupported_parameter",
};
const answered = () => Response.json(whole({ content: "Yes" }));

describe("what a model refuses is learnt", () => {
  const reasoner = (body: Body) => ("max_tokens" in body ? refusal(NOT_MAX_TOKENS) : answered());

  test("in the call that meets it, and remembered for those after it", async () => {
    const { bodies, base_url } = serve(reasoner);
    const { complete } = endpointAt(base_url);
    for (let call = 0; call < 3; call++)
      expect(await complete({ ...request, max_tokens: 300 })).toMatchObject({ text: "Yes", warnings: [] });
    expect(
      bodies.map(({ max_tokens, max_completion_tokens }) => max_tokens ?? max_completion_tokens),
    ).toEqual([300, 300, 300, 300]);
    expect(bodies.filter((body) => "max_tokens" in body)).toHaveLength(1);
  });

  test("by many calls at once", async () => {
    const { base_url } = serve(reasoner);
    const { complete } = endpointAt(base_url);
    const calls = Array.from({ length: 40 }, () => complete({ ...request, max_tokens: 300 }));
    expect((await Promise.all(calls)).every(({ text }) => text === "Yes")).toBe(true);
  });

  test("on Azure, where a deployment's name says nothing", async () => {
    const { bodies, base_url } = serve(reasoner);
    const { complete } = createAzure({ api_key: "k".repeat(20), base_url });
    await complete({ ...request, model: "team-reasoner", max_tokens: 300 });
    expect(bodies.at(-1)).toMatchObject({ max_completion_tokens: 300 });
  });

  test("in a stream, too, and field by field", async () => {
    const { bodies, base_url } = serve((body) => {
      const refused = ["temperature", "seed", "stream_options"].find((name) => name in body);
      if (refused)
        return refusal({ message: `'${refused}' is not supported with this model`, param: refused });
      return new Response([chunk({ content: "Yes" }), chunk({}, "stop")].map(event).join("") + DONE);
    });
    const { stream } = endpointAt(base_url);
    const { completion } = await readDeltas(stream({ ...request, temperature: 0.5, seed: 1 }));
    expect(completion).toMatchObject({
      text: "Yes",
      warnings: ["temperature", "seed"].map(
        (name) => `${name}: The endpoint 'acme' refuses it for 'm', left out`,
      ),
    });
    expect(bodies).toHaveLength(4);
  });

  test("only from a refusal that says how: any other is the caller's", async () => {
    const { bodies, base_url } = serve(() =>
      refusal({ message: "max_tokens is too large: 9.", param: "max_tokens" }),
    );
    const error = await failureOf(endpointAt(base_url).complete({ ...request, max_tokens: 9 }));
    expect(error).toMatchObject({ reason: "invalid_request", status: 400, param: "max_tokens" });
    expect(bodies).toHaveLength(1);
  });

  test("and a server that refuses everything is not asked for ever", async () => {
    const { bodies, base_url } = serve((body) => {
      const name = ["seed", "stop", "top_p", "temperature"].find((field) => field in body) ?? "model";
      return refusal({ message: `'${name}' is not supported`, param: name });
    });
    const asked = { ...request, seed: 1, stop: ["x"], top_p: 1, temperature: 1 };
    expect(await failureOf(endpointAt(base_url).complete(asked))).toMatchObject({
      reason: "invalid_request",
    });
    expect(bodies).toHaveLength(5);
  });
});

describe("fields", () => {
  test("of a server of one's own go on as they are", async () => {
    const { bodies, base_url } = serve(answered);
    const provider_options = { chat_template_kwargs: { enable_thinking: false }, guided_regex: "[ab]" };
    await endpointAt(base_url).complete({ ...request, top_k: 40, min_p: 0.1, n: 1, provider_options });
    expect(bodies[0]).toMatchObject({ top_k: 40, min_p: 0.1, ...provider_options });
  });

  test("that a vendor does not take are refused before the call if they would shape the answer", async () => {
    const { bodies, base_url } = serve(answered);
    const { complete } = createOpenAi({ api_key: "k".repeat(20), base_url });
    const error = await failureOf(complete({ ...request, top_k: 40 }));
    expect(error).toMatchObject({ reason: "invalid_request", field: "top_k" });
    expect(await complete({ ...request, reasoning_effort: "high", user: "me" })).toMatchObject({
      text: "Yes",
    });
    expect(bodies).toEqual([expect.objectContaining({ reasoning_effort: "high", user: "me" })]);
  });
});

describe("streams on the wire", () => {
  /** A server that sends those bytes, piece by piece, and then lets the connection be as told. */
  function sendBytes(pieces: readonly (string | Uint8Array)[], then: "end" | "hang" = "end") {
    const seen = { connections: 0, closed: 0 };
    const open = new Set<Socket>();
    const answer = async (socket: Socket) => {
      socket.write(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
      );
      for (const piece of pieces) {
        const bytes = Buffer.from(piece);
        socket.write(
          Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]),
        );
        await Bun.sleep(1);
      }
      if (then === "end") socket.write("0\r\n\r\n");
    };
    const listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open(socket) {
          seen.connections++;
          open.add(socket);
        },
        close: () => void seen.closed++,
        data: (socket, data) => void (data.includes("POST") && answer(socket)),
      },
    });
    stopping.push(() => listener.stop(true));
    /** Tears the connection once the first piece was read, so that nothing of what was sent is lost with it. */
    async function* torn(deltas: AsyncIterable<CompletionDelta>) {
      for await (const delta of deltas) {
        yield delta;
        for (const socket of open) socket.terminate();
      }
    }
    return { seen, torn, ...endpointAt(`http://127.0.0.1:${listener.port}/v1`) };
  }

  const words = [chunk({ content: "Grüße " }), chunk({ content: "🌍" }), chunk({}, "stop")]
    .map(event)
    .join("");

  test("whose letters are cut in the middle are whole", async () => {
    const bytes = Buffer.from(words);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 5) }, (_, index) =>
      bytes.subarray(index * 5, index * 5 + 5),
    );
    const { stream } = sendBytes([...pieces, DONE]);
    expect((await readDeltas(stream(request))).completion?.text).toBe("Grüße 🌍");
  });

  test("that are torn after the finish reason have lost nothing", async () => {
    const { stream, torn } = sendBytes([words], "hang");
    expect(await readDeltas(torn(stream(request)))).toMatchObject({
      completion: { text: "Grüße 🌍" },
      error: null,
    });
  });

  test("that are torn before it have failed, after what came", async () => {
    const { stream, torn } = sendBytes([event(chunk({ content: "Half" }))], "hang");
    expect(await readDeltas(torn(stream(request)))).toMatchObject({
      texts: ["Half"],
      completion: null,
      error: { retryable: true },
    });
  });

  test("end at [DONE], though the server leaves the connection open, which is then hung up", async () => {
    const { stream, seen } = sendBytes([words, DONE], "hang");
    expect((await readDeltas(stream(request))).completion?.text).toBe("Grüße 🌍");
    for (let wait = 0; wait < 400 && seen.closed === 0; wait++) await Bun.sleep(10);
    expect(seen.closed).toBe(1);
  });

  test("that end in order leave their connection for the next call", async () => {
    const { stream, seen } = sendBytes([words, DONE]);
    for (let call = 0; call < 5; call++) {
      expect((await readDeltas(stream(request))).error).toBeNull();
      await Bun.sleep(5);
    }
    expect(seen.connections).toBeLessThan(5);
  });

  test("of thoughts tell them as they come", async () => {
    const { stream } = sendBytes([event(chunk({ reasoning_content: "hm" })), words, DONE]);
    const deltas = await Array.fromAsync(stream(request));
    expect(deltas[0]).toEqual({ type: "reasoning", text: "hm" });
    expect(deltas.at(-1)).toMatchObject({
      type: "finish",
      completion: { reasoning_content: "hm", text: "Grüße 🌍" },
    });
  });
});

describe("a call", () => {
  test("that follows a redirection does not exist", async () => {
    const { base_url } = serve(() => Response.redirect("http://127.0.0.1:1/", 307));
    expect((await failureOf(endpointAt(base_url).complete(request))).message).toBe(
      "The endpoint 'acme' answered with a redirection (HTTP 307), which is not followed.",
    );
  });

  test("whose answer is blank may be made again, whole or as a stream", async () => {
    const { base_url } = serve(
      () => new Response("\n\n\n", { headers: { "content-type": "application/json" } }),
    );
    const { complete, stream } = endpointAt(base_url);
    for (const error of [await failureOf(complete(request)), (await readDeltas(stream(request))).error])
      expect(error).toMatchObject({ reason: "invalid_response", retryable: true });
  });

  test("tells how long to wait, from wherever it is said", async () => {
    const reset = String(Date.now() + 54_000_000);
    const { base_url } = serve((_body, call) =>
      call === 1
        ? refusal(
            {
              message: "free-models-per-day",
              code: 429,
              metadata: { headers: { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset } },
            },
            429,
          )
        : refusal({ message: "Please try again in 2.5s.", code: "rate_limit_exceeded" }, 429),
    );
    const { complete } = endpointAt(base_url);
    const hours_ahead = await failureOf(complete(request));
    expect(hours_ahead).toMatchObject({ reason: "rate_limited", retryable: true });
    expect(hours_ahead.retry_after_ms).toBeGreaterThan(53_000_000);
    expect(await failureOf(complete(request))).toMatchObject({
      retry_after_ms: 2500,
      code: "rate_limit_exceeded",
    });
  });

  test("of embeddings pairs the vectors by index", async () => {
    const { base_url } = serve(({ input }) => {
      const texts = input as string[];
      const data = texts.map((text, index) => ({ index, embedding: [text.length] }));
      return Response.json({ data: data.reverse() });
    });
    const texts = Array.from({ length: 600 }, (_, index) => "x".repeat(1 + (index % 50)));
    const { vectors } = await endpointAt(base_url).embed({ model: "e", texts });
    expect(vectors.map(([length]) => length)).toEqual(texts.map(({ length }) => length));
  });
});

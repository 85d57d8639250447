import { afterEach, describe, expect, test } from "bun:test";
import { FINISH_REASONS } from "../../src/domain/completions/completion.ts";
import { EMBEDDED_NAMES, VENDOR_NAMES } from "../../src/domain/vendors.ts";
import { createProviders } from "../../src/providers/index.ts";
import type { CompletionRequest, Provider, ProviderFailure } from "../../src/providers/provider.ts";
import { failureOf, readDeltas } from "../support/deltas.ts";
import { waitUntil } from "../support/timing/waiting.ts";
import {
  createUpstream,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamOptions,
  wireAt,
} from "../support/upstream/index.ts";
import { type CaseName, FAULTS, type FaultName, KEY, KINDS } from "./provider-kinds.ts";

const running: Upstream[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((upstream) => upstream.stop()));
});

function start(options: UpstreamOptions = {}): Upstream {
  const upstream = createUpstream(options);
  running.push(upstream);
  return upstream;
}

test("every provider keeps the contract, and so do named endpoints", () => {
  const names = KINDS.map(({ name }) => name);
  expect(names.toSorted()).toEqual([...VENDOR_NAMES, ...EMBEDDED_NAMES, "my-server"].toSorted());
});

const WEATHER: NonNullable<CompletionRequest["tools"]>[number] = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city.",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
/** The arguments as the packages serialise them; some parse them first. */
const ARGUMENTS = '{"city":"Paris"}';

describe.each([...KINDS])("provider $name", (kind) => {
  const { name, model, unknown_model, accountAt, faulty, reports, names_model, skip } = kind;
  const request: CompletionRequest = {
    model,
    messages: [
      { role: "system", content: "Answer in one line." },
      { role: "user", content: "Name the capital of France, please." },
    ],
  };

  function providerAt(upstream: Upstream): Provider {
    const provider = createProviders(accountAt(upstream.url)).find(name);
    if (!provider) throw new Error(`no provider ${name}`);
    return provider;
  }

  /** Returns the provider and a request that meets the fault. */
  function facing(fault: FaultName) {
    const upstream = start({ fault: FAULTS[fault] });
    return {
      upstream,
      provider: providerAt(upstream),
      request: { ...request, model: faulty[fault] ?? model },
    };
  }

  const check = (label: string, needs: CaseName[], body: () => Promise<void>) => {
    const reason = needs.map((need) => skip[need]).find(Boolean);
    test.skipIf(reason !== undefined)(reason ? `${label} (skipped: ${reason})` : label, body);
  };

  const stream = (provider: Provider, asked: CompletionRequest, signal?: AbortSignal) => {
    if (!provider.stream) throw new Error(`${name} cannot stream`);
    return readDeltas(provider.stream(asked, signal ? { signal } : {}));
  };

  /** Both ways of calling must give the same answer. */
  const bothAnswer = async (said: UpstreamAnswer, asked: CompletionRequest = request) => {
    const provider = providerAt(start({ answer: () => said }));
    const completion = await provider.complete(asked);
    const streamed = await stream(provider, asked);
    expect(streamed.error).toBeNull();
    expect(streamed.texts.join("")).toBe(completion.text);
    return { completion, streamed };
  };

  /** Both ways of calling must fail in the same way. */
  const bothFail = async (fault: FaultName, reason: ProviderFailure, retryable: boolean) => {
    const { provider, request: asked } = facing(fault);
    const completed = await failureOf(provider.complete(asked));
    const streamed = await stream(provider, asked);
    expect(streamed.completion).toBeNull();
    for (const error of [completed, streamed.error]) {
      expect(error).toMatchObject({ provider: name, reason, retryable });
      expect(error?.message).not.toContain(KEY);
      expect(error?.message.length).toBeLessThanOrEqual(500);
    }
    return completed;
  };

  check("answers, with the model's name and a known finish reason", [], async () => {
    const completion = await providerAt(start()).complete(request);
    expect(completion.text).toContain("capital of France");
    expect(completion).toMatchObject({ model, finish_reason: "stop" });
    expect(FINISH_REASONS).toContain(completion.finish_reason);
    expect(completion.warnings).toEqual([]);
    expect(completion).not.toHaveProperty("tool_calls");
    expect(completion).not.toHaveProperty("logprobs");
  });

  check("reports usage that adds up, without absent parts", ["usage"], async () => {
    const { usage, text } = await providerAt(start()).complete(request);
    const completion_tokens = text.split(" ").length;
    expect(usage).toEqual({
      prompt_tokens: 10,
      completion_tokens,
      total_tokens: 10 + completion_tokens,
    });
  });

  check("streams deltas, then one finish with the same completion", [], async () => {
    const provider = providerAt(start());
    const streamed = await stream(provider, request);
    expect(streamed.error).toBeNull();
    expect(streamed.texts.length).toBeGreaterThanOrEqual(1);
    expect(streamed.texts).not.toContain("");
    expect(streamed.completion).toEqual(await provider.complete(request));
    expect(streamed.texts.join("")).toBe(streamed.completion?.text ?? "");
  });

  check("says that an answer was cut by max_tokens", ["length"], async () => {
    const provider = providerAt(start());
    const short = { ...request, max_tokens: 2 };
    const completion = await provider.complete(short);
    expect(completion).toMatchObject({ finish_reason: "length", usage: { completion_tokens: 2 } });
    expect((await stream(provider, short)).completion).toEqual(completion);
  });

  check(
    "keeps thoughts out of the text and counts their tokens; tells cached tokens apart",
    ["request"],
    async () => {
      const counts = { cached_tokens: 4, cache_write_tokens: 3, reasoning_tokens: 7 };
      const thoughts = reports.includes("thoughts") ? { thoughts: "France is a country." } : {};
      const { completion, streamed } = await bothAnswer({ text: "It is Paris.", ...thoughts, ...counts });
      expect(completion.text).toBe("It is Paris.");
      const reported = Object.fromEntries(
        Object.entries(counts).filter(([count]) => reports.some((name) => name === count)),
      );
      const completion_tokens = 3 + (reported.reasoning_tokens ?? 0);
      expect(completion.usage).toEqual({
        prompt_tokens: 10,
        completion_tokens,
        total_tokens: 10 + completion_tokens,
        ...reported,
      });
      expect(streamed.completion).toEqual(completion);
    },
  );

  check("has a null usage where none is reported", ["request", "no usage"], async () => {
    const { completion, streamed } = await bothAnswer({ text: "It is Paris.", usage: false });
    expect(completion.usage).toBeNull();
    expect(streamed.completion?.usage).toBeNull();
  });

  check("accepts an empty answer with a finish reason", ["request"], async () => {
    const { completion, streamed } = await bothAnswer({ text: "" });
    expect(completion).toMatchObject({ text: "", finish_reason: "stop" });
    expect(streamed).toMatchObject({ texts: [], completion: { text: "", finish_reason: "stop" } });
  });

  check("passes on a call of a tool, whole and in pieces", ["request", "tools"], async () => {
    const calls = [
      { id: "call00001", name: "get_weather", arguments: ARGUMENTS },
      { id: "call00002", name: "get_weather", arguments: '{"city":"Rome"}' },
    ];
    const { completion, streamed } = await bothAnswer(
      { text: "", tool_calls: calls },
      { ...request, tools: [WEATHER] },
    );
    const expected = calls.map((call) => ({ name: call.name, arguments: call.arguments }));
    expect(completion).toMatchObject({ text: "", finish_reason: "tool_calls", warnings: [] });
    expect(completion.tool_calls?.map((call) => call.function)).toEqual(expected);
    expect(streamed.completion).toMatchObject({ finish_reason: "tool_calls" });
    expect(streamed.completion?.tool_calls?.map((call) => call.function)).toEqual(expected);
    expect(streamed.tool_calls).toEqual([...(streamed.completion?.tool_calls ?? [])]);
    const ids = new Set(completion.tool_calls?.map(({ id }) => id));
    expect(ids.size).toBe(2);
  });

  check("continues with a tool's result", ["request", "tools"], async () => {
    const upstream = start();
    const call = {
      id: "call00001",
      type: "function" as const,
      function: { name: "get_weather", arguments: ARGUMENTS },
    };
    const completion = await providerAt(upstream).complete({
      ...request,
      messages: [
        ...request.messages,
        { role: "assistant", content: "", tool_calls: [call] },
        { role: "tool", content: "twelve degrees and rain", tool_call_id: call.id },
      ],
      tools: [WEATHER],
    });
    expect(completion.finish_reason).toBe("stop");
    const sent = JSON.stringify(upstream.requests[0]?.body);
    expect(sent).toContain("twelve degrees and rain");
    expect(sent).toContain("Paris");
    expect(sent).toContain("get_weather");
  });

  check(
    "refuses a conversation whose tool call has no JSON for arguments",
    ["request", "tools"],
    async () => {
      const upstream = start();
      const call = {
        id: "call00001",
        type: "function" as const,
        function: { name: "f", arguments: "{nonsense" },
      };
      const error = await failureOf(
        providerAt(upstream).complete({
          ...request,
          messages: [...request.messages, { role: "assistant", content: "", tool_calls: [call] }],
        }),
      );
      expect(error).toMatchObject({ provider: name, reason: "invalid_request", retryable: false });
      expect(error.message).toContain("call00001");
      expect(upstream.calls).toBe(0);
    },
  );

  check("gives a filtered answer the finish reason content_filter", ["request", "refusal"], async () => {
    const { completion, streamed } = await bothAnswer({ text: "I will not say.", refused: true });
    expect(completion.finish_reason).toBe("content_filter");
    expect(streamed.completion?.finish_reason).toBe("content_filter");
  });

  /** A requested feature, its trace in the sent body, and its name in a warning. */
  const ASKED: [string, Partial<CompletionRequest>, RegExp, RegExp][] = [
    ["max_tokens", { max_tokens: 4321 }, /4321/, /max_tokens/],
    ["temperature", { temperature: 0.125 }, /0\.125/, /temperature/],
    ["top_p", { top_p: 0.375 }, /0\.375/, /top_p/],
    ["stop", { stop: ["TRACE-STOP"] }, /TRACE-STOP/, /stop/],
    ["seed", { seed: 424_242 }, /424242/, /seed/],
    [
      "json_object",
      { response_format: { type: "json_object" } },
      /json_object|application\/json/,
      /response_format/,
    ],
    [
      "json_schema",
      {
        response_format: {
          type: "json_schema",
          json_schema: {
            name: "answer",
            schema: {
              type: "object",
              properties: { trace_property: { type: "string" } },
              required: ["trace_property"],
              additionalProperties: false,
            },
          },
        },
      },
      /trace_property/,
      /response_format/,
    ],
    ["tools", { tools: [WEATHER] }, /get_weather.*city|city.*get_weather/s, /tools/],
    [
      "strict tools",
      { tools: [{ ...WEATHER, function: { ...WEATHER.function, strict: true } }] },
      /"strict":true|VALIDATED/,
      /strict|tools/,
    ],
    [
      "tool_choice required",
      { tools: [WEATHER], tool_choice: "required" },
      /"(?:required|any|REQUIRED|ANY)"|"any":\{/,
      /tool/,
    ],
    [
      "tool_choice of one",
      { tools: [WEATHER], tool_choice: { type: "function", function: { name: "get_weather" } } },
      /tool_?choice|toolConfig/i,
      /tool/,
    ],
    ["top_logprobs", { top_logprobs: 3 }, /logprobs/, /logprobs/],
  ];

  describe("does what is asked, or warns:", () => {
    for (const [feature, asked, trace, label] of ASKED) {
      check(feature, ["request"], async () => {
        const upstream = start({ answer: () => "{}" });
        const provider = providerAt(upstream);
        const { warnings } = await provider.complete({ ...request, ...asked });
        const sent = JSON.stringify(upstream.requests[0]?.body);
        const warned = warnings.some((warning) => label.test(warning));
        expect({ feature, done: trace.test(sent) || warned, sent }).toMatchObject({ done: true });
        const streamed = await stream(provider, { ...request, ...asked });
        expect(streamed.error).toBeNull();
        expect(streamed.completion?.warnings).toEqual(warnings);
      });
    }

    check("returns log-probabilities, or warns that there are none", ["request"], async () => {
      const provider = providerAt(start());
      const asked = { ...request, top_logprobs: 2 };
      const completion = await provider.complete(asked);
      const streamed = (await stream(provider, asked)).completion;
      expect(streamed?.logprobs).toEqual(completion.logprobs);
      if (!provider.listing.logprobs || completion.logprobs === undefined) {
        expect(completion.logprobs).toBeUndefined();
        expect(completion.warnings.join()).toContain("logprobs");
        return;
      }
      expect(completion.logprobs.map(({ token }) => token).join("")).toBe(completion.text);
      expect(completion.logprobs[0]).toEqual({
        token: "echo: ",
        logprob: -0.25,
        top_logprobs: [
          { token: "echo: ", logprob: -0.25 },
          { token: "other1", logprob: -0.25 - Math.LN2 },
        ],
      });
      expect(completion.warnings).toEqual([]);
    });

    check("sends no field that only embedded models read", ["request"], async () => {
      const upstream = start();
      const mine = { choices: ["TRACE-CHOICE"], question: "TRACE-QUESTION", repeat: 777 };
      await providerAt(upstream).complete({ ...request, ...mine });
      expect(JSON.stringify(upstream.requests[0]?.body)).not.toMatch(/TRACE|777/);
    });
  });

  check("refuses a model it does not have as invalid_request", [], async () => {
    const upstream = start({ fault: { status: 404, message: `no model ${unknown_model}` } });
    const error = await failureOf(providerAt(upstream).complete({ ...request, model: unknown_model }));
    expect(error).toMatchObject({ provider: name, reason: "invalid_request", retryable: false });
    expect(error.message).toContain(unknown_model);
  });

  check("passes on the reason for a prompt that is too long", ["request", "overflow"], async () => {
    const upstream = start({
      fault: () => {
        const { status, message } = wireAt(upstream.requests[0]?.path ?? "").overflow;
        return { status, message };
      },
    });
    const error = await failureOf(providerAt(upstream).complete(request));
    const { message } = wireAt(upstream.requests[0]?.path ?? "").overflow;
    expect(error).toMatchObject({ reason: "invalid_request", status: 400, retryable: false });
    expect(error.message).toContain(message);
  });

  check("accepts its own model in checkModel, and rejects an empty name", [], async () => {
    const provider = providerAt(start());
    expect(() => provider.checkModel(model)).not.toThrow();
    expect(() => provider.checkModel("")).toThrow(expect.objectContaining({ reason: "invalid_request" }));
  });

  check("does not start a call whose signal is already aborted", [], async () => {
    const upstream = start();
    const provider = providerAt(upstream);
    const signal = AbortSignal.abort();
    expect(await failureOf(provider.complete(request, { signal }))).toMatchObject({ reason: "cancelled" });
    expect((await stream(provider, request, signal)).error).toMatchObject({ reason: "cancelled" });
    expect(upstream.calls).toBe(0);
  });

  /** Aborts after this many calls of the upstream; for a provider without one, after a moment. */
  async function abortAfter(calls: number, upstream: Upstream, controller: AbortController): Promise<void> {
    if (faulty.hang === undefined) await waitUntil(() => upstream.calls >= calls);
    await Bun.sleep(10);
    controller.abort(new Error("no longer wanted"));
  }

  const untilHungUp = ({ requests }: Upstream): Promise<void> =>
    waitUntil(() => requests.every(({ aborted }) => aborted));

  for (const fault of ["hang", "stall"] as const) {
    const where = fault === "hang" ? "waiting" : "in the middle of an answer";
    check(`stops ${where} when it is aborted, and hangs up`, [fault], async () => {
      const { provider, upstream, request: asked } = facing(fault);
      for (const [index, call] of [
        (signal: AbortSignal) => failureOf(provider.complete(asked, { signal })),
        async (signal: AbortSignal) => (await stream(provider, asked, signal)).error,
      ].entries()) {
        const controller = new AbortController();
        const aborting = abortAfter(index + 1, upstream, controller);
        expect(await call(controller.signal)).toMatchObject({ reason: "cancelled", retryable: false });
        await aborting;
      }
      expect(upstream.calls).toBe(provider.listing.kind === "remote" ? 2 : 0);
      await untilHungUp(upstream);
    });
  }

  check("distinguishes a time-out from a cancellation", ["hang"], async () => {
    const { provider, request: asked } = facing("hang");
    const error = await failureOf(provider.complete(asked, { signal: AbortSignal.timeout(20) }));
    expect(error).toMatchObject({ reason: "timeout", retryable: true });
  });

  check("closes the connection when a reader stops", ["stall"], async () => {
    const { provider, upstream, request: asked } = facing("stall");
    for await (const delta of provider.stream?.(asked) ?? []) {
      expect(delta.type).toBe("text");
      break;
    }
    expect(upstream.calls).toBe(1);
    await untilHungUp(upstream);
  });

  check("reports the beginning of a streamed answer when its headers arrive", ["request"], async () => {
    const providers = createProviders({
      ...accountAt("http://127.0.0.1:1"),
      fetch: async (_input, init) => {
        // This upstream never answers, so a reader waits for the first piece until the call is aborted.
        const silent = new ReadableStream<Uint8Array>({
          start: (body) => init?.signal?.addEventListener("abort", () => body.error(init.signal?.reason)),
        });
        return new Response(silent, { headers: { "content-type": "text/event-stream" } });
      },
    });
    const controller = new AbortController();
    const { promise: begun, resolve: onBegin } = Promise.withResolvers<void>();
    const pieces = providers.find(name)?.stream?.(request, { signal: controller.signal, onBegin });
    const first = pieces?.[Symbol.asyncIterator]().next();
    await begun;
    controller.abort();
    expect(await failureOf(Promise.resolve(first))).toMatchObject({ reason: "cancelled" });
  });

  check("calls 401 authentication", ["401"], async () => {
    expect(await bothFail("401", "authentication", false)).toMatchObject({ status: 401 });
  });

  check("calls 429 rate_limited, worth another try", ["429"], async () => {
    expect(await bothFail("429", "rate_limited", true)).toMatchObject({ status: 429 });
  });

  check("passes on the waiting time", ["retry-after"], async () => {
    expect(await bothFail("429", "rate_limited", true)).toMatchObject({ retry_after_ms: 2000 });
  });

  check("calls 500 server_error, worth another try", ["500"], async () => {
    expect(await bothFail("500", "server_error", true)).toMatchObject({ status: 500 });
  });

  check("calls 503 overloaded, worth another try, in the provider's own words", ["503"], async () => {
    const error = await bothFail("503", "overloaded", true);
    expect(error.status).toBe(503);
    expect(error.message).toContain("too many of you");
  });

  check("calls nonsense invalid_response", ["garbage"], async () => {
    await bothFail("garbage", "invalid_response", false);
  });

  check("calls a page of HTML invalid_response", ["html"], async () => {
    await bothFail("html", "invalid_response", false);
  });

  check("calls an answer without a finish reason invalid_response", ["unfinished"], async () => {
    await bothFail("unfinished", "invalid_response", false);
  });

  check("fails if the answer breaks off, after the received deltas", ["cut"], async () => {
    const broken = ["unreachable", "invalid_response"];
    const { provider, request: asked } = facing("cut");
    expect(broken).toContain((await failureOf(provider.complete(asked))).reason);
    expect((await stream(provider, asked)).completion).toBeNull();
    if (provider.listing.kind === "embedded") return;
    // The reader breaks the connection itself, so that deltas certainly come before the break.
    const { provider: stalling, upstream } = facing("stall");
    const deltas = stalling.stream?.(request) ?? [];
    const streamed = await readDeltas(
      (async function* () {
        for await (const delta of deltas) {
          yield delta;
          await upstream.stop();
        }
      })(),
    );
    expect(streamed.texts.length).toBeGreaterThanOrEqual(1);
    expect(streamed.completion).toBeNull();
    expect(broken).toContain(streamed.error?.reason ?? "");
  });

  check("calls a refused connection unreachable, worth another try", ["refused connection"], async () => {
    const upstream = start();
    const provider = providerAt(upstream);
    await upstream.stop();
    expect(await failureOf(provider.complete(request))).toMatchObject({
      reason: "unreachable",
      retryable: true,
    });
    expect((await stream(provider, request)).error).toMatchObject({ reason: "unreachable", retryable: true });
  });

  check("names the model that answered, if the vendor does", ["request"], async () => {
    const { completion, streamed } = await bothAnswer({ text: "It is Paris.", model: "the-very-model" });
    const expected = names_model ? "the-very-model" : model;
    expect(completion.model).toBe(expected);
    expect(streamed.completion?.model).toBe(expected);
  });
});

import { afterEach, describe, expect, test } from "bun:test";
import { FINISH_REASONS } from "../../src/domain/completion.ts";
import { createProviders, type Providers } from "../../src/providers/index.ts";
import type { CompletionRequest, Provider, ProviderFailure } from "../../src/providers/provider.ts";
import { failureOf, readDeltas } from "../support/deltas.ts";
import { createUpstream, type Fault, type Upstream } from "../support/upstream.ts";

/** One contract, run over every provider there is. What an implementation cannot show is skipped with its reason. */
interface Implementation {
  name: string;
  /** A model that answers `request` when nothing fails. */
  model: string;
  /** A name that it, or its vendor, does not have. */
  unknown_model: string;
  /** A model that behaves as the vendor's server would. Without an entry the fault comes from the server. */
  faulty: Partial<Record<FaultName, string>>;
  skip: Partial<Record<CaseName, string>>;
}

const FAULTS = {
  "401": { status: 401, message: "the key is not valid" },
  "429": { status: 429, message: "slow down", headers: { "retry-after": "2" } },
  "500": { status: 500, message: "something broke" },
  hang: "hang",
  cut: "cut",
  unfinished: "unfinished",
  garbage: "garbage",
  html: "html",
} as const satisfies Record<string, Fault>;
type FaultName = keyof typeof FAULTS;
type CaseName = FaultName | "usage" | "length" | "retry-after" | "refused connection";

const NO_NETWORK = "it calls nobody";
const ALL_NETWORK = {
  "401": NO_NETWORK,
  "429": NO_NETWORK,
  "500": NO_NETWORK,
  "retry-after": NO_NETWORK,
  garbage: NO_NETWORK,
  html: NO_NETWORK,
  hang: NO_NETWORK,
  cut: NO_NETWORK,
  unfinished: NO_NETWORK,
  "refused connection": NO_NETWORK,
} as const satisfies Partial<Record<CaseName, string>>;

const IMPLEMENTATIONS: Implementation[] = [
  {
    name: "baseline",
    model: "echo",
    unknown_model: "ecko",
    faulty: {},
    skip: { ...ALL_NETWORK, usage: "null models read no tokens", length: "null models have no max_tokens" },
  },
  {
    name: "mock",
    model: "mock",
    unknown_model: "mocc",
    faulty: {
      "401": "mock?error=401",
      "429": "mock?error=429",
      "500": "mock?error=500",
      hang: "mock?error=timeout",
      cut: "mock?error=cut",
    },
    skip: {
      "retry-after": "it names no time to wait",
      garbage: "it has no wire",
      html: "it has no wire",
      unfinished: "its answers end, or are cut",
      "refused connection": NO_NETWORK,
    },
  },
  { name: "openai", model: "gpt-4o-mini", unknown_model: "gpt-0", faulty: {}, skip: {} },
  { name: "anthropic", model: "claude-haiku-4-5", unknown_model: "claude-0", faulty: {}, skip: {} },
];

const KEY = "sk-test-0123456789abcdef";
const running: Upstream[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((upstream) => upstream.stop()));
});

const providersAt = (url: string): Providers =>
  createProviders({
    openai: { api_key: KEY, base_url: `${url}/v1` },
    anthropic: { api_key: KEY, base_url: url },
  });

function start(fault?: Fault): Upstream {
  const upstream = createUpstream(fault ? { fault } : {});
  running.push(upstream);
  return upstream;
}

function find(providers: Providers, name: string): Provider {
  const provider = providers.find(name);
  if (!provider) throw new Error(`no provider ${name}`);
  return provider;
}

describe.each(IMPLEMENTATIONS)("provider $name", ({ name, model, unknown_model, faulty, skip }) => {
  const request: CompletionRequest = {
    model,
    messages: [
      { role: "system", content: "Answer in one line." },
      { role: "user", content: "Name the capital of France, please." },
    ],
  };

  /** The provider and a request that meets the fault. */
  function facing(fault: FaultName) {
    const upstream = start(FAULTS[fault]);
    return {
      upstream,
      provider: find(providersAt(upstream.url), name),
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

  /** Both ways of calling must fail alike. */
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
    const provider = find(providersAt(start().url), name);
    const completion = await provider.complete(request);
    expect(completion.text).toContain("capital of France");
    expect(completion).toMatchObject({ model, finish_reason: "stop" });
    expect(FINISH_REASONS).toContain(completion.finish_reason);
    expect(completion.warnings).toEqual([]);
  });

  check("reports usage that adds up", ["usage"], async () => {
    const provider = find(providersAt(start().url), name);
    const { usage, text } = await provider.complete(request);
    expect(usage?.prompt_tokens).toBe(10);
    expect(usage?.completion_tokens).toBe(text.split(" ").length);
    expect(usage?.total_tokens).toBe(10 + text.split(" ").length);
  });

  check("streams deltas, then one finish with the same completion", [], async () => {
    const provider = find(providersAt(start().url), name);
    const streamed = await stream(provider, request);
    expect(streamed.error).toBeNull();
    expect(streamed.texts.length).toBeGreaterThanOrEqual(1);
    expect(streamed.texts).not.toContain("");
    expect(streamed.completion).toEqual(await provider.complete(request));
    expect(streamed.texts.join("")).toBe(streamed.completion?.text ?? "");
  });

  check("says that an answer was cut by max_tokens", ["length"], async () => {
    const provider = find(providersAt(start().url), name);
    const short = { ...request, max_tokens: 2 };
    const completion = await provider.complete(short);
    expect(completion).toMatchObject({ finish_reason: "length", usage: { completion_tokens: 2 } });
    expect((await stream(provider, short)).completion).toEqual(completion);
  });

  check("refuses a model it does not have as invalid_request", [], async () => {
    const upstream = start({ status: 404, message: `no model ${unknown_model}` });
    const provider = find(providersAt(upstream.url), name);
    const error = await failureOf(provider.complete({ ...request, model: unknown_model }));
    expect(error).toMatchObject({ provider: name, reason: "invalid_request", retryable: false });
    expect(error.message).toContain(unknown_model);
  });

  check("accepts by checkModel what it answers to, and refuses an empty name", [], async () => {
    const provider = find(providersAt("http://127.0.0.1:1"), name);
    expect(() => provider.checkModel(model)).not.toThrow();
    expect(() => provider.checkModel("")).toThrow(expect.objectContaining({ reason: "invalid_request" }));
  });

  check("does not start a call whose signal is already aborted", [], async () => {
    const upstream = start();
    const provider = find(providersAt(upstream.url), name);
    const signal = AbortSignal.abort();
    expect(await failureOf(provider.complete(request, { signal }))).toMatchObject({ reason: "cancelled" });
    expect((await stream(provider, request, signal)).error).toMatchObject({ reason: "cancelled" });
    expect(upstream.calls).toBe(0);
  });

  check("stops waiting when it is aborted, and hangs up", ["hang"], async () => {
    const { provider, upstream, request: asked } = facing("hang");
    for (const call of [
      (signal: AbortSignal) => failureOf(provider.complete(asked, { signal })),
      async (signal: AbortSignal) => (await stream(provider, asked, signal)).error,
    ]) {
      const controller = new AbortController();
      const started = performance.now();
      setTimeout(() => controller.abort(new Error("no longer wanted")), 30);
      expect(await call(controller.signal)).toMatchObject({ reason: "cancelled", retryable: false });
      expect(performance.now() - started).toBeLessThan(1000);
    }
    await Bun.sleep(20);
    const hungUp = provider.listing.kind === "remote" ? [true, true] : [];
    expect(upstream.requests.map(({ aborted }) => aborted)).toEqual(hungUp);
  });

  check("tells a time-out from a cancellation", ["hang"], async () => {
    const { provider, request: asked } = facing("hang");
    const error = await failureOf(provider.complete(asked, { signal: AbortSignal.timeout(20) }));
    expect(error).toMatchObject({ reason: "timeout", retryable: true });
  });

  check("calls 401 authentication", ["401"], async () => {
    expect(await bothFail("401", "authentication", false)).toMatchObject({ status: 401 });
  });

  check("calls 429 rate_limited, worth another try", ["429"], async () => {
    expect(await bothFail("429", "rate_limited", true)).toMatchObject({ status: 429 });
  });

  check("passes on how long to wait", ["retry-after"], async () => {
    expect(await bothFail("429", "rate_limited", true)).toMatchObject({ retry_after_ms: 2000 });
  });

  check("calls 500 server_error, worth another try", ["500"], async () => {
    expect(await bothFail("500", "server_error", true)).toMatchObject({ status: 500 });
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

  check("fails where the answer breaks off, after the deltas that came", ["cut"], async () => {
    const { provider, request: asked } = facing("cut");
    const streamed = await stream(provider, asked);
    expect(streamed.texts.length).toBeGreaterThanOrEqual(1);
    expect(streamed.completion).toBeNull();
    expect(["unreachable", "invalid_response"]).toContain(streamed.error?.reason ?? "");
    expect(["unreachable", "invalid_response"]).toContain((await failureOf(provider.complete(asked))).reason);
  });

  check("calls a refused connection unreachable, worth another try", ["refused connection"], async () => {
    const upstream = start();
    const provider = find(providersAt(upstream.url), name);
    await upstream.stop();
    expect(await failureOf(provider.complete(request))).toMatchObject({
      reason: "unreachable",
      retryable: true,
    });
    expect((await stream(provider, request)).error).toMatchObject({ reason: "unreachable", retryable: true });
  });
});

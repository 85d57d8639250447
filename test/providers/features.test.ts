import { describe, expect, test } from "bun:test";
import type { GenerationField } from "../../src/domain/completions/generation-params.ts";
import { type Feature, withinReach } from "../../src/providers/features.ts";
import { type CompletionRequest, ProviderError } from "../../src/providers/provider.ts";

const WEATHER = { type: "function" as const, function: { name: "weather", strict: true } };
const everything: CompletionRequest = {
  model: "some-model",
  messages: [{ role: "user", content: "hello" }],
  max_tokens: 9,
  temperature: 0.5,
  top_p: 0.5,
  stop: ["END"],
  seed: 7,
  response_format: { type: "json_object" },
  tools: [WEATHER],
  tool_choice: "auto",
  top_logprobs: 2,
};
const limits = (cannot: readonly Feature[] = []) => ({ name: "acme", title: "Acme", cannot });

test("a request that can be met is left as it is", () => {
  expect(withinReach(everything, limits())).toEqual({ request: everything, warnings: [] });
});

describe("what cannot be done is left out, and named", () => {
  const CASES: [Feature, (keyof CompletionRequest)[], string][] = [
    ["max_tokens", ["max_tokens"], "max_tokens: not supported by Acme, left out"],
    ["temperature", ["temperature"], "temperature: not supported by Acme, left out"],
    ["top_p", ["top_p"], "top_p: not supported by Acme, left out"],
    ["stop", ["stop"], "stop: not supported by Acme, left out"],
    ["seed", ["seed"], "seed: not supported by Acme, left out"],
    ["json_object", ["response_format"], "response_format json_object: not supported by Acme, left out"],
    ["tools", ["tools", "tool_choice"], "tools: not supported by Acme, left out"],
    ["tool_choice", ["tool_choice"], "tool_choice: not supported by Acme, left out"],
    ["top_logprobs", ["top_logprobs"], "top_logprobs: not supported by Acme, left out"],
  ];

  test.each(CASES)("%s", (feature, fields, warning) => {
    const before = structuredClone(everything);
    const { request, warnings } = withinReach(everything, limits([feature]));
    expect(warnings).toEqual([warning]);
    const kept = Object.fromEntries(
      Object.entries(everything).filter(([name]) => !fields.some((field) => field === name)),
    );
    expect<unknown>(request).toEqual(kept);
    expect(everything).toEqual(before);
  });

  test("strictness alone goes where tools can be called", () => {
    const { request, warnings } = withinReach(everything, limits(["strict_tools"]));
    expect(request.tools).toEqual([{ ...WEATHER, function: { name: "weather", strict: false } }]);
    expect(warnings).toEqual(["strict tools: not supported by Acme, left out"]);
  });

  test("stop sequences of white space alone go where others are taken", () => {
    const asked = { ...everything, stop: ["\n", "END", " "] };
    const { request, warnings } = withinReach(asked, limits(["blank_stop"]));
    expect(request.stop).toEqual(["END"]);
    expect(warnings).toEqual(["stop of white space: not supported by Acme, left out"]);
  });

  test("several at once, each with a warning of its own", () => {
    const { request, warnings } = withinReach(everything, limits(["seed", "stop", "json_schema"]));
    expect(request).not.toHaveProperty("seed");
    expect(request).not.toHaveProperty("stop");
    expect(request.response_format).toEqual({ type: "json_object" });
    expect(warnings).toHaveLength(2);
  });

  test("and nothing is said of what was not asked for", () => {
    const plain: CompletionRequest = { model: "m", messages: [], response_format: { type: "text" } };
    const all: Feature[] = [
      "seed",
      "stop",
      "json_object",
      "json_schema",
      "tools",
      "strict_tools",
      "tool_choice",
      "top_logprobs",
    ];
    expect(withinReach(plain, limits(all))).toEqual({ request: plain, warnings: [] });
  });
});

test("what is done otherwise is told, and stays in the request", () => {
  const remarks = { json_object: "an instruction was added", json_schema: "never seen" };
  const { request, warnings } = withinReach(everything, { ...limits(), remarks });
  expect(request).toEqual(everything);
  expect(warnings).toEqual(["response_format json_object: an instruction was added"]);
});

test.each([
  [undefined, 1],
  [[], 1],
  [[WEATHER], 0],
])("a choice among the tools %o has %i warnings", (tools, count) => {
  const { tools: _tools, ...rest } = everything;
  const asked: CompletionRequest = { ...rest, tool_choice: "required", ...(tools ? { tools } : {}) };
  expect(withinReach(asked, limits()).warnings).toHaveLength(count);
});

test("to choose none of no tools needs no warning", () => {
  const { tools: _tools, ...rest } = everything;
  expect(withinReach({ ...rest, tool_choice: "none" }, limits()).warnings).toEqual([]);
});

describe("a temperature", () => {
  const at = (temperature: number) =>
    withinReach({ ...everything, temperature }, { ...limits(), temperature_max: 1 });

  test("within the range is sent", () => {
    expect(at(1).request.temperature).toBe(1);
  });

  test("beyond it is the caller's fault", () => {
    expect(() => at(1.1)).toThrow(ProviderError);
    expect(() => at(1.1)).toThrow(
      expect.objectContaining({
        provider: "acme",
        reason: "invalid_request",
        message: "Acme takes temperatures from 0 to 1, not 1.1.",
        field: "temperature",
      }),
    );
  });

  test("is left to the provider to judge where its range is not known", () => {
    expect(withinReach({ ...everything, temperature: 2 }, limits()).request.temperature).toBe(2);
  });
});

describe("fields beside the sampling fields", () => {
  const asked = (more: Partial<CompletionRequest>): CompletionRequest => ({
    model: "some-model",
    messages: [{ role: "user", content: "hello" }],
    ...more,
  });
  const taking = (takes: "all" | readonly GenerationField[]) => ({ ...limits(), takes });

  const SHAPING: Partial<CompletionRequest>[] = [
    { reasoning_effort: "high" },
    { verbosity: "low" },
    { parallel_tool_calls: false },
    { n: 2 },
    { presence_penalty: 1 },
    { frequency_penalty: -1 },
    { top_k: 40 },
    { min_p: 0.1 },
    { logit_bias: { "1": 5 } },
  ];
  test.each(SHAPING)("%j is refused where it is not taken, for it would shape the answer", (fields) => {
    const [field] = Object.keys(fields) as GenerationField[];
    expect(() => withinReach(asked(fields), limits())).toThrow(
      expect.objectContaining({ reason: "invalid_request", field }),
    );
    for (const takes of ["all", [field ?? "n"]] as const)
      expect(withinReach(asked(fields), taking(takes))).toEqual({ request: asked(fields), warnings: [] });
  });

  const BESIDE: Partial<CompletionRequest>[] = [
    { metadata: { a: "b" } },
    { user: "me" },
    { store: true },
    { prompt_cache_key: "k" },
    { service_tier: "flex" },
    { prediction: { type: "content", content: "x" } },
  ];
  test.each(BESIDE)("%j is left out with a warning where it is not taken", (fields) => {
    const { request, warnings } = withinReach(asked(fields), limits());
    expect(request).toEqual(asked({}));
    expect(warnings).toEqual([`${Object.keys(fields)[0]}: not supported by Acme, left out`]);
  });

  const NOTHING: Partial<CompletionRequest>[] = [
    { n: 1 },
    { presence_penalty: 0 },
    { logit_bias: {} },
    { metadata: {} },
  ];
  test.each(NOTHING)("%j asks for nothing, and is left out without a word", (fields) => {
    expect(withinReach(asked(fields), limits())).toEqual({ request: asked({}), warnings: [] });
  });

  test("a limit by either name is everybody's", () => {
    const limited = asked({ max_completion_tokens: 9 });
    expect(withinReach(limited, limits())).toEqual({ request: limited, warnings: [] });
  });
});

describe("free fields", () => {
  const free = (provider_options: Record<string, unknown>): CompletionRequest => ({
    model: "some-model",
    messages: [{ role: "user", content: "hello" }],
    provider_options,
  });
  const open = { ...limits(), free_fields: true };

  test("go where they can be sent, and nowhere else", () => {
    const asked = free({ guided_choice: ["a"] });
    expect(withinReach(asked, open)).toEqual({ request: asked, warnings: [] });
    expect(() => withinReach(asked, limits())).toThrow(
      expect.objectContaining({ field: "provider_options" }),
    );
    expect(withinReach(free({}), limits()).warnings).toEqual([]);
  });

  test.each([
    "model",
    "messages",
    "stream",
    "stream_options",
    "max_tokens",
    "temperature",
    "tools",
    "top_k",
    "n",
  ])("can't say '%s', which has its own place", (name) => {
    expect(() => withinReach(free({ ok: 1, [name]: 1 }), open)).toThrow(
      expect.objectContaining({ reason: "invalid_request", field: `provider_options.${name}` }),
    );
  });
});

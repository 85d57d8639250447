import { describe, expect, test } from "bun:test";
import { askArithmetic, solveArithmetic } from "../../../src/domain/arithmetic.ts";
import { createMock } from "../../../src/providers/embedded/mock.ts";
import type { CompletionRequest, Provider } from "../../../src/providers/provider.ts";
import { failureOf, readDeltas } from "../../support/deltas.ts";

const ask = (model: string, prompt: string, more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  model,
  messages: [{ role: "user", content: prompt }],
  ...more,
});

const answer = async (model: string, prompt: string, more?: Partial<CompletionRequest>): Promise<string> =>
  (await createMock().complete(ask(model, prompt, more))).text;

function streamOf(provider: Provider, request: CompletionRequest) {
  if (!provider.stream) throw new Error("mock streams");
  return provider.stream(request);
}

/** Returns this many different sums. */
const sums = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => askArithmetic(index, "addition", (index * 7919) % 1000));

/**
 * Four standard errors of a proportion: by chance, one run in 16,000 would be further off; here the seed is fixed.
 */
const near = (share: number, trials: number): number => 4 * Math.sqrt((share * (1 - share)) / trials);

describe("arithmetic", () => {
  test.each([
    ["What is 17 + 25?", 42],
    ["What is 17 - 25?", -8],
    ["What is 12 × 12?", 144],
    ["What is 2 + 2?\nANSWER: 4\n\nWhat is 3 × 5?", 15],
  ])("%s", async (prompt, result) => {
    expect(await answer("mock", prompt)).toEndWith(`\nANSWER: ${result}`);
  });

  test("is never right with accuracy 0, and always a number", async () => {
    const mock = createMock();
    for (const prompt of sums(500)) {
      const { text } = await mock.complete(ask("mock?accuracy=0", prompt));
      expect(text).toMatch(/ANSWER: \d+$/);
      expect(text).not.toEndWith(`ANSWER: ${solveArithmetic(prompt)}`);
    }
  });

  test.each([0.25, 0.5, 0.9, 1])("is right as often as accuracy %d asks", async (accuracy) => {
    const mock = createMock();
    const prompts = sums(5000);
    let right = 0;
    for (const prompt of prompts) {
      const { text } = await mock.complete(ask(`mock?accuracy=${accuracy}&seed=3`, prompt));
      if (text.endsWith(`ANSWER: ${solveArithmetic(prompt)}`)) right++;
    }
    expect(Math.abs(right / prompts.length - accuracy)).toBeLessThanOrEqual(near(accuracy, prompts.length));
  });

  test("is decided by seed and prompt alone", async () => {
    const texts = async (model: string, seed?: number) =>
      Promise.all(sums(100).map((prompt) => answer(model, prompt, seed === undefined ? {} : { seed })));
    const first = await texts("mock?accuracy=0.5&seed=1");
    expect(await texts("mock?accuracy=0.5&seed=1")).toEqual(first);
    expect(await texts("mock?accuracy=0.5&seed=1", 0)).toEqual(first);
    expect(await texts("mock?accuracy=0.5&seed=2")).not.toEqual(first);
    expect(await texts("mock?accuracy=0.5&seed=1", 5)).not.toEqual(first);
  });
});

describe("other prompts", () => {
  test("a multiple-choice sample gets a random choice, near uniform, whatever the accuracy", async () => {
    const mock = createMock();
    const choices = ["a", "b", "c", "d"];
    const seen = new Map<string, number>();
    for (let index = 0; index < 4000; index++) {
      const { text } = await mock.complete(ask("mock?accuracy=1", `Question ${index}: 1 + 1?`, { choices }));
      const letter = /ANSWER: ([A-D])$/.exec(text)?.[1] ?? "none";
      seen.set(letter, (seen.get(letter) ?? 0) + 1);
    }
    expect([...seen.keys()].toSorted()).toEqual(["A", "B", "C", "D"]);
    for (const count of seen.values())
      expect(Math.abs(count / 4000 - 0.25)).toBeLessThanOrEqual(near(0.25, 4000));
  });

  test("any other prompt gets a text about its topic", async () => {
    expect(await answer("mock", "Why is the sky blue?")).toContain('"Why is the sky blue?"');
    const long = await answer("mock", Array.from({ length: 40 }, (_, index) => `word${index}`).join(" "));
    expect(long).toContain("word11");
    expect(long).not.toContain("word12");
  });

  test("a stop sequence ends the answer and is not in it", async () => {
    const completion = await createMock().complete(ask("mock", "What is 1 + 1?", { stop: ["zzz", "\n"] }));
    expect(completion).toMatchObject({
      text: "Worked out step by step, this comes to 2.",
      finish_reason: "stop",
    });
  });

  test("max_tokens cuts after so many words", async () => {
    const completion = await createMock().complete(ask("mock", "What is 1 + 1?", { max_tokens: 3 }));
    expect(completion).toMatchObject({ text: "Worked out step ", finish_reason: "length" });
    expect(completion.usage).toEqual({ prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 });
  });

  test("warns about unsupported features, and about no others", async () => {
    const { warnings } = await createMock().complete(
      ask("mock", "hello", {
        max_tokens: 5,
        stop: ["END"],
        seed: 7,
        temperature: 0.5,
        response_format: { type: "json_object" },
        tools: [{ type: "function", function: { name: "f" } }],
        tool_choice: "required",
        top_logprobs: 1,
      }),
    );
    expect(warnings.map((warning) => warning.split(":")[0])).toEqual([
      "temperature",
      "response_format json_object",
      "tools",
      "top_logprobs",
    ]);
  });

  test("usage counts the words of all messages", async () => {
    const { usage } = await createMock().complete({
      model: "mock",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "What is 1 + 1?" },
      ],
    });
    expect(usage).toEqual({ prompt_tokens: 7, completion_tokens: 11, total_tokens: 18 });
  });
});

describe("failures", () => {
  test.each([
    ["400", "invalid_request", false, 400],
    ["401", "authentication", false, 401],
    ["429", "rate_limited", true, 429],
    ["500", "server_error", true, 500],
    ["503", "overloaded", true, 503],
    ["cut", "invalid_response", false, undefined],
  ] as const)("error=%s is %s", async (error, reason, retryable, status) => {
    const mock = createMock();
    const request = ask(`mock?error=${error}`, "What is 1 + 1?");
    expect(await failureOf(mock.complete(request))).toMatchObject({
      provider: "mock",
      reason,
      retryable,
      status,
    });
    const streamed = await readDeltas(streamOf(mock, request));
    expect(streamed).toMatchObject({ completion: null, error: { reason, retryable } });
    expect(streamed.texts.length).toBe(error === "cut" ? 5 : 0);
  });

  test.each([0.02, 0.3])("come as often as error_rate %d asks", async (rate) => {
    const mock = createMock();
    const calls = 5000;
    let failed = 0;
    for (let index = 0; index < calls; index++) {
      await mock.complete(ask(`mock?error_rate=${rate}&error=429`, "the same prompt")).catch(() => failed++);
    }
    expect(failed).toBeGreaterThan(0);
    expect(Math.abs(failed / calls - rate)).toBeLessThanOrEqual(near(rate, calls));
  });

  const pattern = async (mock: Provider, model: string): Promise<string> => {
    let seen = "";
    for (let index = 0; index < 60; index++) {
      const made = mock.complete(ask(model, "the same prompt"));
      seen += await made.then(
        () => "o",
        () => "x",
      );
    }
    return seen;
  };

  test("go call by call, so that a retry of the same prompt can succeed", async () => {
    expect(await pattern(createMock(), "mock?error_rate=0.5")).toMatch(/xo.*ox/);
  });

  test("come in the same order in another process, in another with another seed", async () => {
    const first = await pattern(createMock(), "mock?error_rate=0.5&seed=1");
    expect(await pattern(createMock(), "mock?error_rate=0.5&seed=1")).toBe(first);
    expect(await pattern(createMock(), "mock?error_rate=0.5&seed=2")).not.toBe(first);
  });

  test("restart for a name after a thousand others, because the number of kept names is bounded", async () => {
    const mock = createMock();
    const first = await pattern(mock, "mock?error_rate=0.5&seed=1");
    expect(await pattern(mock, "mock?error_rate=0.5&seed=1")).not.toBe(first);
    for (let seed = 0; seed < 1000; seed++) await mock.complete(ask(`mock?seed=${seed}`, "hello"));
    expect(await pattern(mock, "mock?error_rate=0.5&seed=1")).toBe(first);
  });

  test("of one model name do not depend on the calls of another", async () => {
    const alone = await pattern(createMock(), "mock?error_rate=0.5&seed=1");
    const shared = createMock();
    await pattern(shared, "mock?error_rate=0.5&seed=2");
    expect(await pattern(shared, "mock?error_rate=0.5&seed=1")).toBe(alone);
  });
});

describe("time", () => {
  const timed = async (call: () => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await call();
    return performance.now() - started;
  };

  test("latency_ms is the least time of a call, streamed or not", async () => {
    const mock = createMock();
    const request = ask("mock?latency_ms=60", "What is 1 + 1?");
    for (const call of [() => mock.complete(request), () => readDeltas(streamOf(mock, request))]) {
      expect(await timed(call)).toBeGreaterThanOrEqual(59);
    }
  });

  test("ttft_ms and tokens_per_second pace the words, and make up the time of a whole call", async () => {
    const mock = createMock();
    // Eleven words: the first after 40 ms, ten more at 10 ms each.
    const request = ask("mock?ttft_ms=40&tokens_per_second=100", "What is 1 + 1?");
    const arrivals: number[] = [];
    const started = performance.now();
    for await (const delta of streamOf(mock, request)) {
      if (delta.type === "text") arrivals.push(performance.now() - started);
    }
    expect(arrivals).toHaveLength(11);
    expect(arrivals[0]).toBeGreaterThanOrEqual(39);
    // Paced from the start of the call, so that late timers do not add up.
    expect(arrivals.at(-1)).toBeGreaterThanOrEqual(139);
    expect(await timed(() => mock.complete(request))).toBeGreaterThanOrEqual(139);
  });

  test("an abort ends the wait, which would outlast this test, streamed or not", async () => {
    const mock = createMock();
    const request = ask("mock?latency_ms=600000&ttft_ms=600000", "hello");
    const signals = [AbortSignal.timeout(20), AbortSignal.timeout(20)] as const;
    expect(await failureOf(mock.complete(request, { signal: signals[0] }))).toMatchObject({
      reason: "timeout",
    });
    const stream = mock.stream?.(request, { signal: signals[1] });
    if (!stream) throw new Error("mock streams");
    expect((await readDeltas(stream)).error).toMatchObject({ reason: "timeout" });
  });
});

test("the listing describes it and names no model that it rejects", () => {
  const { listing, checkModel } = createMock();
  expect(listing).toMatchObject({ name: "mock", kind: "embedded", configured: true, requires: [] });
  expect(listing.description).toContain("does not know the right choice");
  expect(listing.models.length).toBeGreaterThan(1);
  for (const model of listing.models) expect(() => checkModel(model)).not.toThrow();
});

import { describe, expect, test } from "bun:test";
import { createBaseline } from "../../../src/providers/embedded/baseline.ts";
import type { CompletionRequest } from "../../../src/providers/provider.ts";
import { failureOf, readDeltas } from "../../support/deltas.ts";

const baseline = createBaseline();

const ask = (model: string, more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  model,
  messages: [
    { role: "user", content: "Which planet is largest?\nA. Mars\nB. Jupiter\nC. Venus\nD. Mercury" },
  ],
  choices: ["Mars", "Jupiter", "Venus", "Mercury"],
  question: "Which planet is largest?",
  ...more,
});

const answer = async (model: string, more?: Partial<CompletionRequest>): Promise<string> =>
  (await baseline.complete(ask(model, more))).text;

const user = (content: string): CompletionRequest["messages"] => [{ role: "user", content }];

describe("first, longest and overlap", () => {
  test("first answers A", async () => {
    expect(await answer("first")).toBe("ANSWER: A");
  });

  test("longest answers the longest choice by characters, the first of equals", async () => {
    expect(await answer("longest")).toBe("ANSWER: B");
    expect(await answer("longest", { choices: ["a", "bb", "cc"] })).toBe("ANSWER: B");
    expect(await answer("longest", { choices: ["same", "size"] })).toBe("ANSWER: A");
  });

  test("overlap counts distinct words shared with the question, whatever their case", async () => {
    const question = "Which metal is liquid at room temperature?";
    const choices = ["Room room room", "A METAL that is liquid", "Iron", "Liquid, at night"];
    expect(await answer("overlap", { question, choices })).toBe("ANSWER: B");
  });

  test("overlap does not count the choices that the prompt repeats", async () => {
    const choices = ["Mars Mars", "one two three four", "largest planet"];
    const messages = user("Which planet is largest?\nA. Mars Mars\nB. one two three four\nC. largest planet");
    expect(await answer("overlap", { choices, messages })).toBe("ANSWER: C");
  });

  test("overlap answers the first of equals, even if nothing is shared", async () => {
    expect(await answer("overlap", { choices: ["x", "y"] })).toBe("ANSWER: A");
    expect(await answer("overlap", { choices: ["no", "the planet", "a planet"] })).toBe("ANSWER: B");
  });

  test("overlap knows words of other scripts", async () => {
    const more = { question: "Где живёт белый медведь?", choices: ["море", "там, где ЖИВЁТ снег"] };
    expect(await answer("overlap", more)).toBe("ANSWER: B");
  });

  test("overlap without the question is an invalid request", async () => {
    const { question, ...rest } = ask("overlap");
    expect(question).toBeDefined();
    const error = await failureOf(baseline.complete(rest));
    expect(error).toMatchObject({ provider: "baseline", reason: "invalid_request", retryable: false });
    expect(error.message).toContain("question");
  });

  test("letters go as far as the choices do", async () => {
    const choices = Array.from({ length: 26 }, (_, index) => "x".repeat(index + 1));
    expect(await answer("longest", { choices })).toBe("ANSWER: Z");
  });
});

describe("random", () => {
  const sample = (index: number, seed?: number) =>
    answer("random", {
      messages: user(`Question number ${index}?`),
      ...(seed === undefined ? {} : { seed }),
    });

  test("gives the same call the same answer", async () => {
    const once = await Promise.all(Array.from({ length: 50 }, (_, index) => sample(index, 7)));
    const again = await Promise.all(Array.from({ length: 50 }, (_, index) => sample(index, 7)));
    expect(again).toEqual(once);
    expect(new Set(once).size).toBe(4);
  });

  test("takes a missing seed for 0, and another seed for another sequence", async () => {
    const answers = async (seed?: number) =>
      (await Promise.all(Array.from({ length: 50 }, (_, index) => sample(index, seed)))).join();
    expect(await answers()).toBe(await answers(0));
    expect(await answers(1)).not.toBe(await answers(0));
  });

  test.each([2, 4, 5, 10])("is uniform over %i choices", async (count) => {
    const choices = Array.from({ length: count }, (_, index) => `choice ${index}`);
    const seen = new Map<string, number>();
    const trials = 20_000;
    for (let index = 0; index < trials; index++) {
      const text = await answer("random", { choices, messages: user(`Sample ${index}: which of these?`) });
      seen.set(text, (seen.get(text) ?? 0) + 1);
    }
    expect(seen.size).toBe(count);
    const expected = trials / count;
    const chi2 = [...seen.values()].reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
    // The 99.9th percentile of χ² with 1, 3, 4 and 9 degrees of freedom (scipy.stats.chi2.ppf, scipy 1.17.1).
    const bound =
      new Map([
        [2, 10.828],
        [4, 16.266],
        [5, 18.467],
        [10, 27.877],
      ]).get(count) ?? 0;
    expect(chi2).toBeLessThan(bound);
  });
});

describe("echo", () => {
  test("answers the last user message, without choices too", async () => {
    const messages: CompletionRequest["messages"] = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "first" },
      { role: "assistant", content: "answer" },
      { role: "user", content: "second\nline" },
    ];
    expect(await baseline.complete({ model: "echo", messages })).toEqual({
      text: "second\nline",
      model: "echo",
      finish_reason: "stop",
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
      warnings: [],
    });
  });

  test("streams as one delta and a finish", async () => {
    const request: CompletionRequest = { model: "echo", messages: user("a b c") };
    const stream = baseline.stream?.(request);
    if (!stream) throw new Error("baseline streams");
    const { texts, completion } = await readDeltas(stream);
    expect(texts).toEqual(["a b c"]);
    expect(completion).toEqual(await baseline.complete(request));
  });
});

describe("what it refuses", () => {
  test.each(["random", "first", "longest", "overlap"])("%s without choices", async (model) => {
    const { choices, ...text } = ask(model);
    expect(choices).toHaveLength(4);
    for (const request of [text, { ...text, choices: [] }]) {
      const error = await failureOf(baseline.complete(request));
      expect(error.reason).toBe("invalid_request");
      expect(error.message).toBe(`baseline: the model '${model}' answers multiple-choice samples only.`);
    }
  });

  test("an unknown model, naming the known ones and the nearest", async () => {
    const error = await failureOf(baseline.complete(ask("randm")));
    expect(error.reason).toBe("invalid_request");
    expect(error.message).toContain("random, first, longest, overlap, echo");
    expect(error.message).toContain("Did you mean 'random'?");
    expect(() => baseline.checkModel("constructor")).toThrow("unknown model 'constructor'");
  });

  test("but none of those that it lists", () => {
    expect(baseline.listing.models).toEqual(["random", "first", "longest", "overlap", "echo"]);
    for (const model of baseline.listing.models) expect(() => baseline.checkModel(model)).not.toThrow();
  });
});

test("null models warn of all that they pay no heed to", async () => {
  const sampling = { max_tokens: 5, temperature: 0.5, top_p: 0.5, stop: ["END"] };
  const { warnings } = await baseline.complete(ask("random", { ...sampling, seed: 7, top_logprobs: 1 }));
  expect(warnings).toEqual(
    ["max_tokens", "temperature", "top_p", "stop", "top_logprobs"].map(
      (field) => `${field}: not supported by baseline, left out`,
    ),
  );
});

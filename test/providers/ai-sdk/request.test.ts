import { expect, test } from "bun:test";
import { toSdkOptions } from "../../../src/providers/ai-sdk/request.ts";
import type { CompletionRequest } from "../../../src/providers/provider.ts";

const optionsOf = (more: Partial<CompletionRequest>) =>
  toSdkOptions(
    { model: "m", messages: [{ role: "user", content: "U" }], ...more },
    { name: "acme" },
    new AbortController().signal,
  );

test("fields beside the sampling fields go by the packages' names", () => {
  expect(
    optionsOf({ top_k: 40, presence_penalty: 1, frequency_penalty: -1, reasoning_effort: "low" }),
  ).toMatchObject({ topK: 40, presencePenalty: 1, frequencyPenalty: -1, reasoning: "low" });
});

test("a limit is one number to them, by whichever name it came", () => {
  expect(optionsOf({ max_completion_tokens: 9 }).maxOutputTokens).toBe(9);
  expect(optionsOf({ max_tokens: 8 }).maxOutputTokens).toBe(8);
  expect(optionsOf({})).not.toHaveProperty("maxOutputTokens");
});

test("an effort that they do not know is refused, with those that they know", () => {
  expect(() => optionsOf({ reasoning_effort: "heroic" })).toThrow(
    expect.objectContaining({
      reason: "invalid_request",
      field: "reasoning_effort",
      message: expect.stringContaining("minimal"),
    }),
  );
});

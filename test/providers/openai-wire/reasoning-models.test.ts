import { describe, expect, test } from "bun:test";
import type { RequestBody } from "../../../src/providers/openai-wire/dialect.ts";
import { adjustToReasoning } from "../../../src/providers/openai-wire/reasoning-models.ts";
import type { CompletionRequest } from "../../../src/providers/provider.ts";

const TOOLS: CompletionRequest["tools"] = [{ type: "function", function: { name: "f" } }];

function adjusted(model: string, more: RequestBody = {}, tools?: CompletionRequest["tools"]) {
  const messages = [
    { role: "system", content: "S" },
    { role: "user", content: "U" },
  ];
  const body: RequestBody = { model, messages, ...more };
  const warnings = adjustToReasoning(body, { model, messages: [], ...(tools ? { tools } : {}) });
  const [first] = body.messages as { role: string }[];
  return { body, warnings, role: first?.role };
}

describe("models that reason", () => {
  test.each([
    "o1",
    "o3-mini",
    "o4-mini-2025-04-16",
    "gpt-5",
    "gpt-5-mini",
    "gpt-5.1",
    "gpt-5.4-nano",
    "gpt-6",
  ])("%s", (model) => {
    const { body, warnings, role } = adjusted(model, {
      max_tokens: 50,
      temperature: 0.2,
      top_p: 1,
      presence_penalty: 1,
    });
    expect(role).toBe("developer");
    expect(body).toMatchObject({ max_completion_tokens: 50 });
    for (const name of ["max_tokens", "temperature", "top_p", "presence_penalty"])
      expect(body).not.toHaveProperty(name);
    expect(warnings).toEqual(
      ["temperature", "top_p", "presence_penalty"].map(
        (name) => `${name}: ${name} is not supported for reasoning models`,
      ),
    );
  });

  test("keep the limit that was written under its own name", () => {
    expect(adjusted("o3", { max_tokens: 50, max_completion_tokens: 60 }).body).toMatchObject({
      max_completion_tokens: 60,
    });
  });

  test("are sampled if they are told not to reason, and are new enough for it", () => {
    const none = { reasoning_effort: "none", temperature: 0.2 };
    expect(adjusted("gpt-5.1", none).body).toMatchObject({ temperature: 0.2 });
    expect(adjusted("gpt-5", none).body).not.toHaveProperty("temperature");
    expect(adjusted("gpt-5.1", { ...none, reasoning_effort: "low" }).body).not.toHaveProperty("temperature");
  });

  test("call tools without reasoning from 5.6 on, unless an effort was asked for", () => {
    const { body, warnings } = adjusted("gpt-5.6", {}, TOOLS);
    expect(body.reasoning_effort).toBe("none");
    expect(warnings.join()).toContain("reasoning_effort");
    expect(adjusted("gpt-5.6", { reasoning_effort: "high" }, TOOLS).body.reasoning_effort).toBe("high");
    expect(adjusted("gpt-5.6").body).not.toHaveProperty("reasoning_effort");
    expect(adjusted("gpt-5.5", {}, TOOLS).body).not.toHaveProperty("reasoning_effort");
  });
});

test.each([
  "gpt-4o",
  "gpt-4.1-mini",
  "gpt-3.5-turbo",
  "gpt-5-chat-latest",
  "omni",
  "my-gpt-5",
  "team-o3",
  "openai/o3",
])("%s is asked as any other", (model) => {
  const { body, warnings, role } = adjusted(model, { max_tokens: 50, temperature: 0.2 }, TOOLS);
  expect(body).toMatchObject({ max_tokens: 50, temperature: 0.2 });
  expect(warnings).toEqual([]);
  expect(role).toBe("system");
});

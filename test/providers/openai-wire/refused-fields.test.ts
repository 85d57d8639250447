import { describe, expect, test } from "bun:test";
import { readErrorValue } from "../../../src/providers/failure/error-body.ts";
import type { RequestBody } from "../../../src/providers/openai-wire/dialect.ts";
import { createRefusedFields } from "../../../src/providers/openai-wire/refused-fields.ts";

const MODEL = "some-model";
const messages = [
  { role: "system", content: "S" },
  { role: "user", content: "U" },
];
const bodyOf = (more: RequestBody = {}): RequestBody => ({ model: MODEL, messages, ...more });

/** What is sent after a refusal, and what was warned of; undefined if the refusal teaches nothing. */
function after(error: object, more: RequestBody) {
  const refused = createRefusedFields("Acme");
  if (!refused.learn(MODEL, bodyOf(more), readErrorValue(error))) return undefined;
  const body = bodyOf(more);
  const warnings = refused.adapt(MODEL, body);
  return { body, warnings };
}

describe("the limit's other name is learnt", () => {
  test.each<[object, string, string]>([
    [
      {
        message:
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        param: "max_tokens",
        code: "unsupported_parameter",
      },
      "max_tokens",
      "max_completion_tokens",
    ],
    [
      { message: "max_tokens is not supported, use max_completion_tokens" },
      "max_tokens",
      "max_completion_tokens",
    ],
    [
      { message: "Unrecognized request argument supplied: max_completion_tokens" },
      "max_completion_tokens",
      "max_tokens",
    ],
    [
      { message: "Unknown parameter: 'max_completion_tokens'.", param: "max_completion_tokens" },
      "max_completion_tokens",
      "max_tokens",
    ],
    [
      { message: "Extra inputs are not permitted", param: "body.max_completion_tokens" },
      "max_completion_tokens",
      "max_tokens",
    ],
  ])("from %j", (error, sent, wanted) => {
    const learnt = after(error, { [sent]: 300 });
    expect(learnt?.body).toEqual(bodyOf({ [wanted]: 300 }));
    expect(learnt?.warnings).toEqual([]);
  });

  test("and a model that refuses both refuses the limit", () => {
    const refused = createRefusedFields("Acme");
    const error = (name: string) =>
      readErrorValue({ message: `Unsupported parameter: '${name}'`, param: name });
    expect(refused.learn(MODEL, bodyOf({ max_tokens: 1 }), error("max_tokens"))).toBe(true);
    expect(refused.learn(MODEL, bodyOf({ max_completion_tokens: 1 }), error("max_completion_tokens"))).toBe(
      false,
    );
  });

  test("by a call that was sent before another learnt it, too", () => {
    const refused = createRefusedFields("Acme");
    const error = readErrorValue({ message: "'max_tokens' is not supported", param: "max_tokens" });
    for (let call = 0; call < 3; call++)
      expect(refused.learn(MODEL, bodyOf({ max_tokens: 1 }), error)).toBe(true);
  });
});

describe("a field that a model refuses is left out with a warning", () => {
  test.each<[object, string, unknown]>([
    [
      {
        message:
          "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
        param: "temperature",
        code: "unsupported_value",
      },
      "temperature",
      0.2,
    ],
    [{ message: "top_p is not supported for this model" }, "top_p", 0.5],
    [
      { message: "This model does not support `response_format`" },
      "response_format",
      { type: "json_object" },
    ],
    [{ message: "Unrecognized request argument supplied: seed" }, "seed", 7],
    [{ message: "stop is not supported with this model", param: "stop" }, "stop", ["x"]],
    [{ message: "presence_penalty: unsupported" }, "presence_penalty", 1],
    [{ message: "property 'parallel_tool_calls' is unsupported" }, "parallel_tool_calls", false],
  ])("as %j says", (error, name, value) => {
    const learnt = after(error, { [name]: value, max_tokens: 9 });
    expect(learnt?.body).toEqual(bodyOf({ max_tokens: 9 }));
    expect(learnt?.warnings).toEqual([`${name}: Acme refuses it for 'some-model', left out`]);
  });

  test("log-probabilities go with their number", () => {
    const learnt = after({ message: "logprobs is not supported" }, { logprobs: true, top_logprobs: 2 });
    expect(learnt?.body).toEqual(bodyOf());
    expect(learnt?.warnings).toHaveLength(2);
  });

  test("that usage can't be asked for is nobody's loss", () => {
    const learnt = after(
      { message: "Extra inputs are not permitted", param: "stream_options" },
      { stream: true, stream_options: {} },
    );
    expect(learnt?.body).toEqual(bodyOf({ stream: true }));
    expect(learnt?.warnings).toEqual([]);
  });

  test("thoughts are left out of messages", () => {
    const spoken = { role: "assistant", content: "A", reasoning_content: "hm" };
    const learnt = after(
      { message: "messages.1.reasoning_content: Extra inputs are not permitted" },
      { messages: [...messages, spoken] },
    );
    expect(learnt?.body.messages).toEqual([...messages, { role: "assistant", content: "A" }]);
  });
});

describe("instructions come in the role that a model takes", () => {
  const refusal = (role: string) => ({
    message: `Unsupported value: 'messages[0].role' does not support '${role}' with this model.`,
    param: "messages[0].role",
    code: "unsupported_value",
  });
  const rolesAfter = (...refused_roles: string[]) => {
    const refused = createRefusedFields("Acme");
    const body = bodyOf({
      messages: [
        { role: refused_roles[0], content: "S" },
        { role: "user", content: "U" },
      ],
    });
    for (const role of refused_roles) {
      expect(refused.learn(MODEL, body, readErrorValue(refusal(role)))).toBe(true);
      refused.adapt(MODEL, body);
    }
    return (body.messages as { role: string }[]).map(({ role }) => role);
  };

  test("a developer's in place of the system's", () => {
    expect(rolesAfter("system")).toEqual(["developer", "user"]);
  });
  test("the user's if it takes neither", () => {
    expect(rolesAfter("system", "developer")).toEqual(["user", "user"]);
  });
  test("the system's in place of a developer's", () => {
    expect(rolesAfter("developer")).toEqual(["system", "user"]);
  });
});

describe("nothing is learnt from", () => {
  test.each<[object, RequestBody]>([
    [{ message: "max_tokens is too large: 9." }, { max_tokens: 9 }],
    [{ message: "temperature must be between 0 and 1", param: "temperature" }, { temperature: 2 }],
    [{ message: "temperature above the maximum of 1 is not supported" }, { temperature: 2 }],
    [{ message: "Unsupported parameter: 'seed'", param: "seed" }, { temperature: 1 }],
    [{ message: "Unsupported parameter: 'top_k'", param: "top_k" }, { top_k: 3 }],
    [{ message: "tools is not supported with this model" }, { tools: [] }],
    [{ message: "images are not supported", param: "messages[0].content" }, { temperature: 1 }],
    [
      { message: "maximum context length is 8192 tokens", code: "context_length_exceeded" },
      { max_tokens: 1 },
    ],
    [{ message: "temperature" }, { temperature: 1 }],
  ])("%j", (error, more) => {
    expect(after(error, more)).toBeUndefined();
  });
});

test("each model is known by itself, and those that were not refused are asked as before", () => {
  const refused = createRefusedFields("Acme");
  refused.learn(MODEL, bodyOf({ seed: 1 }), readErrorValue({ message: "seed is not supported" }));
  const other = { model: "another", messages, seed: 1 };
  expect(refused.adapt("another", other)).toEqual([]);
  expect(other.seed).toBe(1);
});

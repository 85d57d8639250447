import { describe, expect, test } from "bun:test";
import {
  type CompletionRequest,
  ProviderError,
  type ProviderFailure,
} from "../../../src/providers/provider.ts";
import { createRefusedParameters } from "../../../src/services/scoring/refused-parameters.ts";

const REQUEST: CompletionRequest = {
  model: "m",
  messages: [
    { role: "system", content: "Judge." },
    { role: "user", content: "a text" },
  ],
  response_format: { type: "json_schema", json_schema: { name: "rating", schema: {}, strict: true } },
  top_logprobs: 20,
  temperature: 0,
  seed: 7,
};
type Part = keyof CompletionRequest;
const PARTS: readonly Part[] = ["response_format", "top_logprobs", "temperature", "seed"];

const refusal = (message: string, reason: ProviderFailure = "invalid_request", field?: string) =>
  new ProviderError("p", reason, message, field === undefined ? {} : { field });

/** A server that refuses requests with any of these parts, with an error of this text. */
function serverThat(refuses: readonly Part[], error: Error) {
  const asked: CompletionRequest[] = [];
  const call = async (request: CompletionRequest): Promise<string> => {
    asked.push(request);
    if (refuses.some((part) => request[part] !== undefined)) throw error;
    return "answered";
  };
  const sent = () => asked.map((request) => PARTS.filter((part) => request[part] !== undefined));
  return { call, asked, sent };
}

/** Refusals as servers word them, collected from public reports. */
const WORDINGS: readonly [Part, string, ProviderFailure?][] = [
  ["response_format", "This response_format type is unavailable now"],
  [
    "response_format",
    "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
  ],
  ["response_format", "'response_format.type' must be 'json_object' or 'text'"],
  ["response_format", "This model does not support structured output."],
  ["response_format", "JSON mode is not enabled for models/gemma-3-27b-it"],
  ["response_format", "Failed to parse grammar", "server_error"],
  ["response_format", "guided_json requires the outlines backend"],
  ["top_logprobs", "logprobs are not supported with this model."],
  ["top_logprobs", "You are not allowed to request logprobs from this model.", "authentication"],
  ["top_logprobs", "Logprobs is not enabled for models/gemini-2.5-pro"],
  ["top_logprobs", "top_logprobs must be at most 8"],
  [
    "temperature",
    "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
  ],
  ["temperature", "temperature is deprecated for this model."],
  ["temperature", "`temperature` may only be set to 1 when thinking is enabled."],
  ["temperature", "Sampling parameters cannot be changed for this model"],
  ["seed", "Unrecognized request argument supplied: seed"],
];

describe("a part of a judge's request that its server refuses", () => {
  test.each(WORDINGS)("%s is left out after: %s", async (part, message, reason = "invalid_request") => {
    const { call, sent } = serverThat([part], refusal(message, reason));
    const callWithin = createRefusedParameters();
    expect(await callWithin("p/m", REQUEST, call)).toEqual({ result: "answered", left_out: [part] });
    expect(await callWithin("p/m", REQUEST, call)).toEqual({ result: "answered", left_out: [part] });
    const others = PARTS.filter((each) => each !== part);
    expect(sent()).toEqual([[...PARTS], others, others]);
  });

  test("may be named by the error's field alone", async () => {
    const { call } = serverThat(
      ["seed"],
      refusal("Extra inputs are not permitted", "invalid_request", "seed"),
    );
    const { left_out } = await createRefusedParameters()("p/m", REQUEST, call);
    expect(left_out).toEqual(["seed"]);
  });

  test("is found one after another, and remembered for that model alone", async () => {
    const asked: (readonly Part[])[] = [];
    const call = async (request: CompletionRequest): Promise<string> => {
      asked.push(PARTS.filter((part) => request[part] !== undefined));
      if (request.top_logprobs !== undefined) throw refusal("logprobs: unknown");
      if (request.temperature !== undefined) throw refusal("temperature: unknown");
      return "answered";
    };
    const callWithin = createRefusedParameters();
    const { left_out } = await callWithin("p/m", REQUEST, call);
    expect(left_out).toEqual(["top_logprobs", "temperature"]);
    await callWithin("p/m", REQUEST, call);
    await callWithin("p/other", REQUEST, call);
    expect(asked.map(({ length }) => length)).toEqual([4, 3, 2, 2, 4, 3, 2]);
  });

  test.each(["Bad Request", "", "Request contains an invalid argument.", "Extra inputs are not permitted"])(
    "is not known after %j: all that can be missed is left out together",
    async (message) => {
      const { call, sent } = serverThat(["seed"], refusal(message));
      const { left_out } = await createRefusedParameters()("p/m", REQUEST, call);
      expect(left_out).toEqual(["response_format", "top_logprobs", "temperature", "seed"]);
      expect(sent()).toEqual([[...PARTS], []]);
    },
  );
});

describe("instructions for a model without a system role", () => {
  test.each([
    "System role not supported",
    "Developer instruction is not enabled for models/gemma-3-27b-it",
    "Conversation roles must alternate user/assistant/user/assistant/...",
    "This model does not support the system role.",
  ])("go before the user's text after: %s", async (message) => {
    const asked: CompletionRequest[] = [];
    const call = async (request: CompletionRequest): Promise<string> => {
      asked.push(request);
      if (request.messages.some(({ role }) => role === "system")) throw refusal(message);
      return "answered";
    };
    const { left_out } = await createRefusedParameters()("p/m", REQUEST, call);
    expect(left_out).toEqual(["system message"]);
    expect(asked.at(-1)).toEqual({ ...REQUEST, messages: [{ role: "user", content: "Judge.\n\na text" }] });
  });
});

describe("another failure is thrown as it is, after one call: ", () => {
  test.each<[string, ProviderFailure]>([
    ["The model `gpt-9` does not exist", "invalid_request"],
    ["no such model", "invalid_request"],
    ["This model's maximum context length is 4096 tokens.", "invalid_request"],
    ["The prompt triggered the content management policy.", "invalid_request"],
    ["Incorrect API key provided", "authentication"],
    ["Rate limit reached; lower the temperature of your traffic", "rate_limited"],
    ["internal error", "server_error"],
  ])("%s", async (message, reason) => {
    const error = refusal(message, reason);
    const { call, asked } = serverThat(PARTS, error);
    await expect(createRefusedParameters()("p/m", REQUEST, call)).rejects.toBe(error);
    expect(asked.length).toBe(1);
  });

  test("a part that the request has not", async () => {
    const error = refusal("seed is not supported");
    const call = () => Promise.reject(error);
    const { seed: _, ...rest } = REQUEST;
    await expect(createRefusedParameters()("p/m", rest, call)).rejects.toBe(error);
  });

  test("a request that is refused without all parts, too; nothing is remembered of it", async () => {
    const callWithin = createRefusedParameters();
    const error = refusal("Bad Request");
    let calls = 0;
    const never = () => {
      calls++;
      return Promise.reject(error);
    };
    await expect(callWithin("p/m", REQUEST, never)).rejects.toBe(error);
    expect(calls).toBe(2);
    const { call, sent } = serverThat([], error);
    await callWithin("p/m", REQUEST, call);
    expect(sent()).toEqual([[...PARTS]]);
  });
});

import { describe, expect, test } from "bun:test";
import { ProviderError } from "../../../src/providers/provider.ts";
import { chunk, DONE, event, readBody, readChunks, readWhole, whole } from "../../support/wire.ts";

function failureOf(read: () => unknown): ProviderError {
  try {
    read();
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error("the answer was expected to be refused");
}

describe("an answer is whole", () => {
  test("whichever choice has which index", () => {
    const choice = { message: { content: "Yes" }, finish_reason: "stop" };
    for (const index of [undefined, null, 0, "0", 1])
      expect(readWhole({ choices: [{ ...choice, index }] }).text).toBe("Yes");
    for (const index of [undefined, null, 0, "0"])
      expect(
        readChunks([{ choices: [{ index, delta: { content: "Yes" }, finish_reason: "stop" }] }]).completion
          .text,
      ).toBe("Yes");
  });

  test("without the other choices that nobody asked for", () => {
    const other = {
      ...chunk({}),
      choices: [{ index: 1, delta: { content: "XX" }, finish_reason: "length" }],
    };
    const { completion, deltas } = readChunks([
      chunk({ content: "Ye" }),
      other,
      chunk({ content: "s" }),
      other,
      chunk({}, "stop"),
    ]);
    expect(completion).toMatchObject({ text: "Yes", finish_reason: "stop" });
    expect(completion).not.toHaveProperty("alternatives");
    expect(deltas).toEqual([
      { type: "text", text: "Ye" },
      { type: "text", text: "s" },
    ]);
    const [first] = whole({ content: "Yes" }).choices;
    expect(
      readWhole({ choices: [first, { ...first, index: 1, message: { content: "No" } }] }),
    ).not.toHaveProperty("alternatives");
  });

  test("with the others that were asked for", () => {
    const at = (index: number, delta: object, finish_reason: string | null = null) => ({
      choices: [{ index, delta, finish_reason }],
    });
    const { completion, deltas } = readChunks(
      [at(1, { content: "No" }), at(0, { content: "Yes" }), at(1, {}, "length"), at(0, {}, "stop")],
      { count: 2 },
    );
    expect(completion).toMatchObject({
      text: "Yes",
      finish_reason: "stop",
      alternatives: [{ text: "No", finish_reason: "length" }],
    });
    expect(deltas).toEqual([{ type: "text", text: "Yes" }]);
    const choices = ["Yes", "No"].map((content, index) => ({
      index,
      message: { content },
      finish_reason: "stop",
    }));
    expect(readWhole({ choices }, { count: 2 }).alternatives).toEqual([
      { text: "No", finish_reason: "stop" },
    ]);
  });

  test("and its last text may stand beside the finish reason", () => {
    expect(
      readChunks([chunk({ content: "Ye" }), chunk({ content: "s" }, "length")]).completion,
    ).toMatchObject({ text: "Yes", finish_reason: "length" });
  });

  test("without a message, if it says how it ended", () => {
    expect(
      readWhole({
        choices: [{ finish_reason: "length", index: 0 }],
        usage: { prompt_tokens: 5, total_tokens: 105 },
      }),
    ).toMatchObject({
      text: "",
      finish_reason: "length",
      usage: { prompt_tokens: 5, completion_tokens: 100, total_tokens: 105 },
    });
  });

  test("in the older form of a text", () => {
    expect(readWhole({ choices: [{ text: "Yes", finish_reason: "stop" }] }).text).toBe("Yes");
  });

  test.each([
    [[chunk({}, "", { model: "" }), chunk({ content: "a" }, "stop", { model: "real" })], "real"],
    [[chunk({ content: "a" }, "stop", { model: undefined })], "asked-model"],
    [[chunk({ content: "a" }, "stop", { model: 7 })], "asked-model"],
  ])("and names its model: %#", (chunks, model) => {
    expect(readChunks(chunks).completion.model).toBe(model);
  });
});

describe("usage is read", () => {
  const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
  const counted = { ...usage };
  const alone = { choices: [], usage };

  test.each<[string, unknown[]]>([
    ["in a chunk of its own", [chunk({ content: "Yes" }), chunk({}, "stop"), alone]],
    ["in the last chunk", [chunk({ content: "Yes" }), chunk({}, "stop", { usage })]],
    [
      "before an empty last chunk",
      [chunk({ content: "Yes" }), chunk({}, "stop", { usage }), { choices: [] }],
    ],
    [
      "in every chunk, growing",
      [
        chunk({ content: "Yes" }, null, { usage: { ...usage, completion_tokens: 1 } }),
        chunk({}, "stop", { usage }),
      ],
    ],
    ["before the first text", [alone, chunk({ content: "Yes" }), chunk({}, "stop")]],
    [
      "before a blank one",
      [
        chunk({ content: "Yes" }, "stop", { usage }),
        { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } },
      ],
    ],
    [
      "among nulls",
      [chunk({ content: "Yes" }, null, { usage: null }), chunk({}, "stop", { usage: null }), alone],
    ],
    ["in Groq's field", [chunk({ content: "Yes" }), chunk({}, "stop", { x_groq: { usage } })]],
    [
      "in the choice",
      [chunk({ content: "Yes" }), { choices: [{ index: 0, delta: {}, finish_reason: "stop", usage }] }],
    ],
  ])("%s", (_place, chunks) => {
    expect(readChunks(chunks).completion.usage).toEqual(counted);
  });

  test("after [DONE], if it comes with it", () => {
    const body = [chunk({ content: "Yes" }), chunk({}, "stop")].map(event).join("") + DONE + event(alone);
    expect(readBody([body]).completion.usage).toEqual(counted);
  });

  test("with what was billed, as far as the vendor says so", () => {
    const dialect = {
      costOf: ({ cost }: Readonly<Record<string, unknown>>) => (typeof cost === "number" ? cost : undefined),
    };
    const said = (cost: unknown) =>
      readWhole(whole({ content: "Yes" }, "stop", { usage: { ...usage, cost } }), { dialect });
    expect(said(0.00042).cost_usd).toBe(0.00042);
    expect(said(0).cost_usd).toBe(0);
    for (const cost of [undefined, "0.1", -1, Number.NaN]) expect(said(cost)).not.toHaveProperty("cost_usd");
  });
});

describe("an answer is refused", () => {
  test.each<[string, unknown[]]>([
    ["no finish reason", [chunk({ content: "Half" })]],
    ["null for one", [chunk({ content: "Half" }), chunk({}, null)]],
    ["an empty one", [chunk({ content: "Half" }, ""), chunk({}, "")]],
    ["a blank one", [chunk({ content: "Half" }, " ")]],
  ])("that has %s, and is not asked for again once something was said", (_what, chunks) => {
    for (const read of [() => readBody(chunks.map(event)), () => readChunks(chunks)])
      expect(failureOf(read)).toMatchObject({
        reason: "invalid_response",
        retryable: false,
        message: "The answer of Acme ended without a finish reason.",
      });
  });

  test("that has none, and may be asked for again if nothing was said", () => {
    expect(failureOf(() => readChunks([chunk({ role: "assistant", content: "" })])).retryable).toBe(true);
    expect(failureOf(() => readWhole(whole({ content: "" }, null))).retryable).toBe(true);
    expect(failureOf(() => readWhole(whole({ content: "Half" }, null))).retryable).toBe(false);
  });

  test.each(["network_error", "error", "timeout", "MALFORMED_FUNCTION_CALL"])(
    "whose vendor's own finish reason is %s",
    (native_finish_reason) => {
      const last = {
        choices: [{ index: 0, delta: { content: "" }, finish_reason: "stop", native_finish_reason }],
      };
      const failure = failureOf(() => readChunks([chunk({ content: "" }), last]));
      expect(failure).toMatchObject({ reason: "server_error", retryable: true });
      expect(failure.message).toContain(native_finish_reason);
    },
  );

  test.each(["stop", "end_turn", "STOP", "", null])(
    "but not for the vendor's own finish reason %p",
    (native_finish_reason) => {
      const choice = { index: 0, message: { content: "Yes" }, finish_reason: "stop", native_finish_reason };
      expect(readWhole({ choices: [choice] }).text).toBe("Yes");
    },
  );

  test.each(["error", "insufficient_system_resource", "abort"])(
    "that failed by its word '%s' before it said anything",
    (word) => {
      expect(failureOf(() => readWhole(whole({ content: "" }, word)))).toMatchObject({
        reason: "server_error",
        retryable: true,
      });
      expect(readWhole(whole({ content: "Half" }, word))).toMatchObject({
        text: "Half",
        finish_reason: "error",
      });
    },
  );

  test("that has a tool call without a name", () => {
    const tool_calls = [{ id: "a", type: "function", function: { arguments: "{}" } }];
    expect(failureOf(() => readWhole(whole({ tool_calls }, "tool_calls"))).message).toContain(
      "a tool call has no name",
    );
  });
});

describe("an error is never an answer", () => {
  const error = { code: 502, message: "the provider hung up" };

  test.each<[string, unknown]>([
    ["alone", { error }],
    ["beside an empty list of choices", { choices: [], error }],
    ["beside a whole choice", whole({ content: "Yes" }, "stop", { error })],
    ["in the choice", { choices: [{ index: 0, message: { content: "" }, finish_reason: "error", error }] }],
    ["in a list", [{ error }]],
    ["as a list", { error: [error] }],
    ["in vLLM's older form", { object: "error", ...error }],
  ])("%s", (_where, value) => {
    for (const read of [() => readWhole(value), () => readChunks([value])])
      expect(failureOf(read)).toMatchObject({
        reason: "server_error",
        status: 502,
        retryable: true,
        message: "Acme answered HTTP 502: the provider hung up",
      });
  });

  test.each<[unknown, string]>([
    [{ error: "the runner has stopped" }, "the runner has stopped"],
    [{ error: { message: "the runner has stopped." } }, "the runner has stopped"],
    [{ base_resp: { status_code: 1002, status_msg: "the runner has stopped" } }, "the runner has stopped"],
  ])("without a status: %j", (value, words) => {
    expect(failureOf(() => readChunks([chunk({ content: "Half" }), value]))).toMatchObject({
      reason: "server_error",
      retryable: true,
      message: `Acme broke off with an error: ${words}.`,
    });
  });

  test("by the name of its event", () => {
    const body = `${event(chunk({ content: "Let" }))}event: error\ndata: ${JSON.stringify({ message: "gone", status_code: 400 })}\n\n`;
    expect(failureOf(() => readBody([body]))).toMatchObject({
      reason: "invalid_request",
      status: 400,
      retryable: false,
    });
  });

  test("that is null, empty or of a good status is none", () => {
    for (const none of [
      { error: null },
      { error: {} },
      { error: "" },
      { error: false },
      { base_resp: { status_code: 0 } },
    ])
      expect(readWhole(whole({ content: "Yes" }, "stop", none)).text).toBe("Yes");
  });

  test("tells the wait that the headers name", () => {
    const headers = () => ({ "retry-after": "3" });
    expect(
      failureOf(() => readBody([event({ error: { code: 429, message: "slow" } })], { headers })),
    ).toMatchObject({
      reason: "rate_limited",
      retry_after_ms: 3000,
    });
  });
});

describe("what was asked for and is missing", () => {
  const logprobs = {
    content: [
      {
        token: "Yes",
        logprob: -0.1,
        top_logprobs: [
          { token: "Yes", logprob: -0.1 },
          { token: "No", logprob: -3 },
        ],
      },
    ],
  };
  const answer = { choices: [{ index: 0, message: { content: "Yes" }, finish_reason: "stop", logprobs }] };

  test("is warned of, after what was known before", () => {
    const { warnings } = readWhole(whole({ content: "Yes" }), {
      top_logprobs: 1,
      warnings: ["seed: left out"],
    });
    expect(warnings).toEqual(["seed: left out", "top_logprobs: Acme returned none"]);
  });

  test("log-probabilities are cut to what was asked for, and left out if nobody asked", () => {
    expect(readWhole(answer, { top_logprobs: 1 }).logprobs?.[0]?.top_logprobs).toEqual([
      { token: "Yes", logprob: -0.1 },
    ]);
    expect(readWhole(answer)).not.toHaveProperty("logprobs");
  });
});

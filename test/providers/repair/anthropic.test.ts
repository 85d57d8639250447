import { describe, expect, test } from "bun:test";
import { createAnthropic } from "../../../src/providers/anthropic.ts";
import type { Fetch } from "../../../src/providers/provider.ts";
import { readStream } from "../../support/deltas.ts";
import { eventStream } from "../../support/upstream/scripted.ts";

const providerOf = (answer: () => Response) => {
  const send: Fetch = async () => answer();
  return createAnthropic({ api_key: "sk-ant-0123456789", fetch: send });
};
const REQUEST = { model: "claude-sonnet-4-5", messages: [{ role: "user" as const, content: "U" }] };

const START = {
  type: "message_start",
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-x",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 1 },
  },
};
const text = (index: number, words: string) => [
  { type: "content_block_start", index, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index, delta: { type: "text_delta", text: words } },
  { type: "content_block_stop", index },
];
const END = [
  {
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: 5 },
  },
  { type: "message_stop" },
];

const streamed = (values: readonly object[]) =>
  readStream(
    providerOf(() => eventStream(values, true)),
    REQUEST,
  );

describe("a stream is read to its end", () => {
  test.each<[string, object[]]>([
    [
      "an event of an unknown type",
      [START, { type: "billing_notice", usage: {} }, ...text(0, "Yes"), ...END],
    ],
    [
      "a block of an unknown type, with its deltas",
      [
        START,
        { type: "content_block_start", index: 0, content_block: { type: "telemetry", data: {} } },
        { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "XX" } },
        { type: "content_block_stop", index: 0 },
        ...text(1, "Yes"),
        ...END,
      ],
    ],
    [
      "a delta of an unknown type",
      [
        START,
        { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
        { type: "content_block_delta", index: 0, delta: { type: "mood_delta", mood: "good" } },
        ...text(0, "Yes").slice(1),
        ...END,
      ],
    ],
    ["pings", [START, { type: "ping" }, ...text(0, "Yes"), { type: "ping" }, ...END]],
  ])("in spite of %s", async (_what, values) => {
    const { texts, completion, error } = await streamed(values);
    expect(error).toBeNull();
    expect(texts.join("")).toBe("Yes");
    expect(completion).toMatchObject({ text: "Yes", finish_reason: "stop", usage: { prompt_tokens: 10 } });
  });

  test("without usage at its end: it is unknown", async () => {
    const [{ usage: _, ...delta }, stop] = END as [Record<string, unknown>, object];
    const { completion, error } = await streamed([START, ...text(0, "Yes"), delta, stop]);
    expect(error).toBeNull();
    expect(completion).toMatchObject({ text: "Yes", finish_reason: "stop" });
  });

  test("without any usage", async () => {
    const { usage: _, ...message } = START.message;
    const { completion, error } = await streamed([{ ...START, message }, ...text(0, "Yes"), ...END]);
    expect(error).toBeNull();
    expect(completion?.usage).toBeNull();
  });
});

test("an error in a stream is still an error", async () => {
  const failure = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
  const { texts, error } = await streamed([START, ...text(0, "Half").slice(0, 2), failure]);
  expect(texts).toEqual(["Half"]);
  expect(error?.message).toContain("Overloaded");
});

test("a stream without an end is still cut", async () => {
  const { completion, error } = await streamed([START, ...text(0, "Half")]);
  expect(completion).toBeNull();
  expect(error?.reason).toBe("invalid_response");
});

test("a whole answer may have unknown blocks, unsigned thoughts and no usage", async () => {
  const provider = providerOf(() =>
    Response.json({
      ...START.message,
      usage: undefined,
      stop_reason: "end_turn",
      content: [
        { type: "telemetry", data: 1 },
        { type: "thinking", thinking: "Hm." },
        { type: "text", text: "Yes" },
      ],
    }),
  );
  const completion = await provider.complete(REQUEST);
  expect(completion).toMatchObject({ text: "Yes", reasoning_content: "Hm.", usage: null });
  expect(completion).not.toHaveProperty("reasoning_details");
});

test("events may be split anywhere, and end in carriage returns", async () => {
  const whole = await eventStream([START, ...text(0, "Yés"), ...END], true).text();
  const bytes = new TextEncoder().encode(whole.replaceAll("\n", "\r\n"));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const provider = providerOf(() => new Response(body, { headers: { "content-type": "text/event-stream" } }));
  expect((await readStream(provider, REQUEST)).texts.join("")).toBe("Yés");
});

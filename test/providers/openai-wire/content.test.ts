import { describe, expect, test } from "bun:test";
import { chunk, readChunks, readWhole, whole } from "../../support/wire.ts";

const think = (text: string) => ({ type: "thinking", thinking: [{ type: "text", text }] });

describe("the text of an answer", () => {
  test.each<[unknown, string]>([
    ["Two hours.", "Two hours."],
    [null, ""],
    [undefined, ""],
    [[], ""],
    [["Two ", "hours."], "Two hours."],
    [
      [
        { type: "text", text: "Two " },
        { type: "text", text: "hours." },
      ],
      "Two hours.",
    ],
    [[{ type: "output_text", text: "Two hours." }], "Two hours."],
    [[{ text: "Two hours." }], "Two hours."],
    [{ type: "text", text: "Two hours." }, "Two hours."],
    [[think("hm"), { type: "text", text: "Two hours." }], "Two hours."],
    [
      [
        { type: "image_url", image_url: { url: "x" } },
        { type: "text", text: "Two hours." },
      ],
      "Two hours.",
    ],
    [[null, 7, { type: "text", text: null }, { type: "text", text: "Two hours." }], "Two hours."],
  ])("%j is '%s'", (content, text) => {
    expect(readWhole(whole({ content })).text).toBe(text);
    expect(readChunks([chunk({ content }), chunk({}, "stop")]).completion.text).toBe(text);
  });
});

describe("thoughts stand apart from the text", () => {
  test.each<[string, object]>([
    ["reasoning_content", { reasoning_content: "hm" }],
    ["reasoning", { reasoning: "hm" }],
    ["thinking", { thinking: "hm" }],
    ["both alike", { reasoning_content: "hm", reasoning: "hm" }],
    ["an empty one and a full one", { reasoning_content: "", reasoning: "hm" }],
    ["details", { reasoning_details: [{ type: "reasoning.text", text: "hm" }] }],
    [
      "details beside the same words",
      { reasoning: "hm", reasoning_details: [{ type: "reasoning.text", text: "hm" }] },
    ],
    [
      "a summary",
      {
        reasoning_details: [
          { type: "reasoning.summary", summary: "hm" },
          { type: "reasoning.encrypted", data: "x" },
        ],
      },
    ],
    ["an object", { reasoning: { content: "hm" } }],
    ["a list", { reasoning: ["h", "m"] }],
    ["parts of the content", { content: [think("hm")] }],
    ["parts that are texts", { content: [{ type: "thinking", thinking: "hm" }] }],
  ])("as %s", (_form, thought) => {
    const message = { content: "", ...thought };
    expect(readWhole(whole(message, "length"))).toMatchObject({
      text: "",
      reasoning_content: "hm",
      finish_reason: "length",
    });
    const { completion, deltas } = readChunks([chunk(thought), chunk({ content: "Yes" }), chunk({}, "stop")]);
    expect(completion).toMatchObject({ text: "Yes", reasoning_content: "hm" });
    expect(deltas).toEqual([
      { type: "reasoning", text: "hm" },
      { type: "text", text: "Yes" },
    ]);
  });

  test("and are not there if the model had none", () => {
    expect(readWhole(whole({ content: "Yes", reasoning_content: null, reasoning: "" }))).not.toHaveProperty(
      "reasoning_content",
    );
  });
});

describe("a refusal", () => {
  test.each<[string, object]>([
    ["in a field of its own", { content: null, refusal: "I won't." }],
    ["as a part of the content", { content: [{ type: "refusal", refusal: "I won't." }] }],
  ])("%s is the text, and content_filter", (_place, message) => {
    const expected = { text: "I won't.", refusal: "I won't.", finish_reason: "content_filter" as const };
    expect(readWhole(whole(message))).toMatchObject(expected);
    const { completion, deltas } = readChunks([chunk(message), chunk({}, "stop")]);
    expect(completion).toMatchObject(expected);
    expect(deltas).toEqual([{ type: "text", text: "I won't.", refusal: true }]);
  });

  test("that is null is none", () => {
    expect(readWhole(whole({ content: "Yes", refusal: null }))).not.toHaveProperty("refusal");
  });
});

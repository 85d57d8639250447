import { describe, expect, test } from "bun:test";
import { readEmbeddings } from "../../../src/providers/openai-wire/embeddings.ts";
import { ACCOUNT } from "../../support/wire.ts";

const read = (body: unknown, count = 3) => readEmbeddings(body, count, "float", ACCOUNT);
const item = (embedding: unknown, index?: unknown) => ({
  object: "embedding",
  embedding,
  ...(index === undefined ? {} : { index }),
});
const ORDERED = [
  [1, 0],
  [0, 1],
  [1, 1],
];

describe("vectors are paired with their texts", () => {
  test.each<[string, unknown[]]>([
    ["by index, in order", ORDERED.map((vector, index) => item(vector, index))],
    ["by index, backwards", ORDERED.map((vector, index) => item(vector, index)).reverse()],
    ["by index, mixed", [item([0, 1], 1), item([1, 1], 2), item([1, 0], 0)]],
    ["by an index that is text", ORDERED.map((vector, index) => item(vector, String(index))).reverse()],
    ["by position, if none has an index", ORDERED.map((vector) => item(vector))],
    ["by position, if every index is null", ORDERED.map((vector) => item(vector, null))],
  ])("%s", (_how, data) => {
    expect(read({ data, usage: { prompt_tokens: 12 } })).toEqual({ vectors: ORDERED, prompt_tokens: 12 });
  });

  test("and decoded if they come as base64", () => {
    const base64 = (vector: number[]) => Buffer.from(Float32Array.from(vector).buffer).toString("base64");
    expect(read({ data: ORDERED.map((vector, index) => item(base64(vector), index)) }).vectors).toEqual(
      ORDERED,
    );
    const bytes = Buffer.from(Int8Array.from([-1, 7]).buffer).toString("base64");
    expect(readEmbeddings({ data: [item(bytes, 0)] }, 1, "base64_int8", ACCOUNT).vectors).toEqual([[-1, 7]]);
  });
});

describe("vectors are refused", () => {
  test.each<[string, unknown]>([
    ["that are too few", { data: [item([1, 0], 0)] }],
    ["that are too many", { data: [...ORDERED, [1, 2]].map((vector, index) => item(vector, index)) }],
    ["of which two have one index", { data: ORDERED.map((vector) => item(vector, 0)) }],
    ["with a gap among the indices", { data: ORDERED.map((vector, index) => item(vector, index + 1)) }],
    ["of which only some have an index", { data: [item([1, 0], 0), item([0, 1]), item([1, 1], 2)] }],
    ["of different lengths", { data: [item([1, 0]), item([0]), item([1, 1])] }],
    ["that are empty", { data: [item([]), item([]), item([])] }],
    ["with what is no number", { data: [item([1, "0"]), item([0, 1]), item([1, 1])] }],
    ["with what is not finite", { data: [item([1, Number.POSITIVE_INFINITY]), item([0, 1]), item([1, 1])] }],
    ["that are none", { data: [item(null), item(undefined), item(7)] }],
    ["in no list", { data: null }],
    ["in no object", "text"],
  ])("%s", (_what, body) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ reason: "invalid_response", retryable: false }),
    );
  });

  test("with the error that came in their place", () => {
    expect(() => read({ error: { message: "slow down", code: 429 } })).toThrow(
      expect.objectContaining({ reason: "rate_limited", retryable: true }),
    );
  });
});

test.each<[unknown, number | null]>([
  [{ prompt_tokens: 5, total_tokens: 6 }, 5],
  [{ total_tokens: 6 }, 6],
  [{}, null],
  [null, null],
  [{ prompt_tokens: -1 }, null],
  [{ prompt_tokens: "5" }, null],
])("the usage %j is %p tokens", (usage, prompt_tokens) => {
  const data = ORDERED.map((vector, index) => item(vector, index));
  expect(read({ data, usage }).prompt_tokens).toBe(prompt_tokens);
});

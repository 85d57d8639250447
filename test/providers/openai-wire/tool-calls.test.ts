import { describe, expect, test } from "bun:test";
import type { CompletionDelta } from "../../../src/providers/provider.ts";
import { chunk, readChunks, readWhole, whole } from "../../support/wire.ts";

type Piece = Record<string, unknown>;

const called = (name: unknown, args: unknown, more: Piece = {}): Piece => ({
  type: "function",
  function: { name, arguments: args },
  ...more,
});

/** The calls of a stream of such pieces, one chunk each; what was pushed is put together, too. */
function streamed(pieces: readonly Piece[]) {
  const { completion, deltas } = readChunks([
    ...pieces.map((piece) => chunk({ tool_calls: [piece] })),
    chunk({}, "tool_calls"),
  ]);
  const calls = (completion.tool_calls ?? []).map(({ id, function: call }) => ({ id, ...call }));
  expect(joined(deltas)).toEqual(calls);
  return calls;
}

/** As clients join the pieces: by index, with the id and the name of the first. */
function joined(deltas: readonly CompletionDelta[]) {
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const delta of deltas) {
    if (delta.type !== "tool_call") continue;
    const { index, id, name, arguments: piece } = delta;
    calls[index] ??= { id, name, arguments: "" };
    expect(calls[index]).toMatchObject({ id, name });
    calls[index].arguments += piece;
  }
  return calls;
}

const X = { name: "look", arguments: '{"a":"x"}' };
const Y = { name: "look", arguments: '{"a":"y"}' };

describe("one streamed call", () => {
  test.each<[string, Piece[], string | null]>([
    ["in one piece", [called("look", X.arguments, { index: 0, id: "a" })], "a"],
    [
      "in pieces",
      [
        called("look", "", { index: 0, id: "a" }),
        called(undefined, '{"a"', { index: 0 }),
        called(undefined, ':"x"}', { index: 0 }),
      ],
      "a",
    ],
    [
      "whose id is repeated",
      [called("look", '{"a"', { index: 0, id: "a" }), called(undefined, ':"x"}', { index: 0, id: "a" })],
      "a",
    ],
    [
      "whose id and name are repeated",
      [called("look", '{"a"', { index: 0, id: "a" }), called("look", ':"x"}', { index: 0, id: "a" })],
      "a",
    ],
    [
      "with another id in each piece",
      [called("look", '{"a"', { index: 0, id: "a" }), called(undefined, ':"x"}', { index: 0, id: "b" })],
      "a",
    ],
    [
      "whose later id is the word null",
      [called("look", '{"a"', { index: 0, id: "a" }), called(null, ':"x"}', { index: 0, id: "null" })],
      "a",
    ],
    [
      "whose later id is empty",
      [called("look", '{"a"', { index: 0, id: "a" }), called("", ':"x"}', { index: 0, id: "" })],
      "a",
    ],
    ["with a number for an id", [called("look", X.arguments, { index: 0, id: 7 })], "7"],
    ["without an index", [called("look", '{"a"', { id: "a" }), called(undefined, ':"x"}')], "a"],
    [
      "with a text for an index",
      [called("look", '{"a"', { index: "0", id: "a" }), called(undefined, ':"x"}', { index: "0" })],
      "a",
    ],
    ["whose arguments are an object", [called("look", { a: "x" }, { index: 0, id: "a" })], "a"],
    [
      "named by its second piece",
      [called(undefined, "", { index: 0, id: "a" }), called("look", X.arguments, { index: 0 })],
      "a",
    ],
    [
      "whose arguments come before its name",
      [called(undefined, '{"a"', { index: 0, id: "a" }), called("look", ':"x"}', { index: 0 })],
      "a",
    ],
    ["without an id", [called("look", '{"a"', { index: 0 }), called(undefined, ':"x"}', { index: 0 })], null],
    [
      "whose id comes late",
      [called("look", '{"a"', { index: 0 }), called(undefined, ':"x"}', { index: 0, id: "late" })],
      null,
    ],
    [
      "with blanks first",
      [called("look", " ", { index: 0, id: "a" }), called(undefined, X.arguments, { index: 0 })],
      "a",
    ],
  ])("%s", (_form, pieces, id) => {
    const calls = streamed(pieces);
    expect(calls).toEqual([{ id: expect.any(String), ...X }]);
    if (id) expect(calls[0]?.id).toBe(id);
    else expect(calls[0]?.id).toMatch(/^call_[0-9a-f]{32}$/);
  });

  test.each([[""], [" "], [null], [undefined], ["{}"]])(
    "with the arguments %j has an empty object",
    (args) => {
      expect(streamed([called("now", args, { index: 0, id: "a" })])).toEqual([
        { id: "a", name: "now", arguments: "{}" },
      ]);
    },
  );
});

describe("a call of an answer that was cut off", () => {
  const cut = (...pieces: Piece[]) =>
    readChunks([...pieces.map((piece) => chunk({ tool_calls: [piece] })), chunk({}, "length")]).completion;

  test("keeps its arguments as far as they came", () => {
    expect(cut(called("look", '{"a":', { index: 0, id: "a" })).tool_calls?.[0]?.function.arguments).toBe(
      '{"a":',
    );
    expect(cut(called("look", "", { index: 0, id: "a" })).tool_calls?.[0]?.function.arguments).toBe("");
  });

  test("is none before its name came", () => {
    expect(cut(called(undefined, "", { index: 0, id: "a" }))).not.toHaveProperty("tool_calls");
  });
});

describe("two streamed calls", () => {
  test.each<[string, Piece[]]>([
    [
      "at two indices",
      [
        called("look", X.arguments, { index: 0, id: "a" }),
        called("look", Y.arguments, { index: 1, id: "b" }),
      ],
    ],
    [
      "in turns",
      [
        called("look", '{"a"', { index: 0, id: "a" }),
        called("look", '{"a"', { index: 1, id: "b" }),
        called(undefined, ':"x"}', { index: 0 }),
        called(undefined, ':"y"}', { index: 1 }),
      ],
    ],
    [
      "without an index",
      [called("look", X.arguments, { id: "a" }), called("look", Y.arguments, { id: "b" })],
    ],
    [
      "without an index, in pieces",
      [
        called("look", '{"a"', { id: "a" }),
        called(undefined, ':"x"}'),
        called("look", '{"a"', { id: "b" }),
        called(undefined, ':"y"}'),
      ],
    ],
    ["without an index or an id", [called("look", X.arguments), called("look", Y.arguments)]],
    [
      "at the same index",
      [
        called("look", X.arguments, { index: 0, id: "a" }),
        called("look", Y.arguments, { index: 0, id: "b" }),
      ],
    ],
    [
      "at the same index, in pieces",
      [
        called("look", "", { index: 0, id: "a" }),
        called(undefined, X.arguments, { index: 0 }),
        called("look", "", { index: 0, id: "b" }),
        called(undefined, Y.arguments, { index: 0 }),
      ],
    ],
    [
      "of one id at two indices",
      [
        called("look", X.arguments, { index: 0, id: "a" }),
        called("look", Y.arguments, { index: 1, id: "a" }),
      ],
    ],
    [
      "at indices from 1 on",
      [
        called("look", X.arguments, { index: 1, id: "a" }),
        called("look", Y.arguments, { index: 2, id: "b" }),
      ],
    ],
  ])("%s", (_form, pieces) => {
    const calls = streamed(pieces).map(({ name, arguments: args }) => ({ name, arguments: args }));
    expect(calls).toEqual([X, Y]);
  });

  test("in one chunk", () => {
    const tool_calls = [
      called("look", X.arguments, { index: 0, id: "a" }),
      called("look", Y.arguments, { index: 1, id: "b" }),
    ];
    expect(readChunks([chunk({ tool_calls }, "tool_calls")]).completion.tool_calls).toHaveLength(2);
  });
});

describe("calls of a whole answer", () => {
  const calls = (tool_calls: unknown) =>
    readWhole(whole({ content: null, tool_calls }, "tool_calls")).tool_calls;

  test.each<[string, unknown]>([
    [
      "as OpenAI sends them",
      [called("look", X.arguments, { id: "a" }), called("look", Y.arguments, { id: "b" })],
    ],
    [
      "with one index for all",
      [
        called("look", X.arguments, { id: "a", index: 0 }),
        called("look", Y.arguments, { id: "b", index: 0 }),
      ],
    ],
    [
      "without a type",
      [
        { id: "a", function: X },
        { id: "b", function: Y },
      ],
    ],
    [
      "with objects for arguments",
      [called("look", { a: "x" }, { id: "a" }), called("look", { a: "y" }, { id: "b" })],
    ],
    [
      "among what is none",
      [null, "x", called("look", X.arguments, { id: "a" }), called("look", Y.arguments, { id: "b" })],
    ],
  ])("%s", (_form, tool_calls) => {
    expect(calls(tool_calls)?.map(({ function: call }) => call)).toEqual([X, Y]);
  });

  test.each([[""], ["  "], [null], [undefined], [{}]])(
    "with the arguments %j have an empty object",
    (args) => {
      expect(calls([called("now", args, { id: "a" })])?.[0]?.function.arguments).toBe("{}");
    },
  );

  test("get an id if they have none", () => {
    const ids = calls([
      called("look", "{}"),
      called("look", "{}", { id: null }),
      called("look", "{}", { id: 3 }),
    ])?.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(ids?.[2]).toBe("3");
  });

  test("in OpenAI's older form, of one", () => {
    const { tool_calls, finish_reason } = readWhole(
      whole({ content: null, function_call: X }, "function_call"),
    );
    expect(tool_calls?.map(({ function: call }) => call)).toEqual([X]);
    expect(finish_reason).toBe("tool_calls");
  });

  test.each([[null], [[]], [{}], ["none"]])("are absent for %j", (tool_calls) => {
    expect(readWhole(whole({ content: "Yes", tool_calls }))).not.toHaveProperty("tool_calls");
  });
});

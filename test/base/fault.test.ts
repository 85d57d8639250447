import { describe, expect, test } from "bun:test";
import { t } from "elysia";
import { AppError } from "../../src/base/errors.ts";
import { validator } from "../../src/base/validation.ts";

const Options = t.Object(
  {
    name: t.String({ minLength: 1, maxLength: 5 }),
    kind: t.Optional(t.Union([t.Literal("small"), t.Literal("large")])),
    ratio: t.Optional(t.Number({ minimum: 0, maximum: 1 })),
    tags: t.Optional(t.Array(t.String(), { minItems: 1, maxItems: 2, uniqueItems: true })),
    either: t.Optional(t.Union([t.String({ maxLength: 3 }), t.Array(t.Number(), { minItems: 1 }), t.Null()])),
    choice: t.Optional(
      t.Union([t.Literal("auto"), t.Object({ name: t.String() }, { additionalProperties: false })]),
    ),
    shape: t.Optional(t.Object({ side: t.Number(), label: t.String() }, { additionalProperties: false })),
    code: t.Optional(t.String({ pattern: "^[a-z]+$" })),
    color: t.Optional(t.String({ pattern: "^#", description: "a colour that begins with #" })),
    exact: t.Optional(t.Literal(7)),
    figure: t.Optional(
      t.Union([
        t.Union([
          t.Object({ kind: t.Literal("circle"), radius: t.Number() }),
          t.Object({ kind: t.Literal("square"), side: t.Object({ cm: t.Number() }) }),
        ]),
        t.Null(),
      ]),
    ),
    mode: t.Optional(
      t.Union([
        t.Union([t.Literal("on"), t.Object({ kind: t.Literal("timed"), seconds: t.Number() })]),
        t.Null(),
      ]),
    ),
  },
  { additionalProperties: false },
);
const read = validator(Options);

function refusalOf(value: unknown): AppError {
  try {
    read(value);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(value)} was taken`);
}

describe("one fault, in words", () => {
  const ROWS: readonly (readonly [change: object, field: string, fault: string])[] = [
    [{ name: undefined }, "name", "is required"],
    [{ name: 1 }, "name", "must be a string, not a number"],
    [{ name: null }, "name", "must be a string, not null"],
    [{ name: [] }, "name", "must be a string, not a list"],
    [{ name: {} }, "name", "must be a string, not an object"],
    [{ name: true }, "name", "must be a string, not a boolean"],
    [{ name: "" }, "name", "must not be empty"],
    [{ name: "foxes!" }, "name", "must have at most 5 characters, has 6"],
    [{ figure: { kind: "circle" } }, "figure.radius", "is required"],
    [{ figure: { kind: "square", side: {} } }, "figure.side.cm", "is required"],
    [{ figure: { kind: "cube" } }, "figure.kind", "must be one of circle, square"],
    [{ figure: { kind: 7 } }, "figure.kind", "must be one of circle, square"],
    [{ figure: { radius: 1 } }, "figure.kind", "is required"],
    [{ figure: "circle" }, "figure", "must be an object or null, not a string"],
    [{ mode: { kind: "always" } }, "mode.kind", "must be one of timed"],
    [{ mode: { kind: "timed" } }, "mode.seconds", "is required"],
    [{ mode: "off" }, "mode", 'must be "on" or an object or null, not a string'],
    [{ ratio: "1" }, "ratio", "must be a number, not a string"],
    [{ ratio: Number.POSITIVE_INFINITY }, "ratio", "must be a finite number"],
    [{ ratio: Number.NaN }, "ratio", "must be a finite number"],
    [{ ratio: -1 }, "ratio", "must be at least 0"],
    [{ ratio: 2 }, "ratio", "must be at most 1"],
    [{ tags: {} }, "tags", "must be a list, not an object"],
    [{ tags: [] }, "tags", "must have at least 1 item"],
    [{ tags: ["a", "b", "c"] }, "tags", "must have at most 2 items, has 3"],
    [{ tags: ["a", "a"] }, "tags", "must not contain the same item twice"],
    [{ tags: ["a", 1] }, "tags.1", "must be a string, not a number"],
    [{ shape: 1 }, "shape", "must be an object, not a number"],
    [{ shape: { side: 1 } }, "shape.label", "is required"],
    [{ shape: { side: 1, label: "", sde: 1 } }, "shape.sde", "is not a known field; did you mean 'side'?"],
    [{ code: "A" }, "code", "must be in the form ^[a-z]+$"],
    [{ color: "red" }, "color", "must be a colour that begins with #"],
    [{ nmae: 1 }, "nmae", "is not a known field; did you mean 'name'?"],
    [{ "a/b~c": 1 }, "a/b~c", "is not a known field"],
  ];
  for (const [change, field, fault] of ROWS) {
    test(`${field} ${fault}`, () => {
      const { code, message, details } = refusalOf({ name: "fox", ...change });
      expect({ code, message, field: details.field, fault: details.fault }).toEqual({
        code: "BAD_REQUEST",
        message: `${field}: ${fault}`,
        field,
        fault,
      });
    });
  }
});

describe("the fault of a union is that of the option the value was meant for", () => {
  const ROWS: readonly (readonly [either: unknown, field: string, fault: string])[] = [
    ["long", "either", "must have at most 3 characters, has 4"],
    [[], "either", "must have at least 1 item"],
    [[1, "2"], "either.1", "must be a number, not a string"],
    [{}, "either", "must be a string or a list or null, not an object"],
    [5, "either", "must be a string or a list or null, not a number"],
  ];
  for (const [either, field, fault] of ROWS) {
    test(`${JSON.stringify(either)}: ${fault}`, () => {
      expect(refusalOf({ name: "fox", either }).details).toEqual({ field, fault });
    });
  }

  test("a union of words and objects quotes the words", () => {
    expect(refusalOf({ name: "fox", choice: "aut" }).details.fault).toBe(
      'must be "auto" or an object, not a string',
    );
    expect(refusalOf({ name: "fox", choice: { nam: "x", name: "y" } }).details.fault).toContain(
      "did you mean 'name'?",
    );
  });
});

describe("the accepted values", () => {
  test("are listed if they are words, and the nearest is suggested", () => {
    expect(refusalOf({ name: "fox", kind: "smal" }).details).toEqual({
      field: "kind",
      fault: "must be one of small, large; did you mean 'small'?",
      accepted: ["small", "large"],
      suggestion: "small",
    });
  });

  test("get no suggestion if none is similar, or the value is no word", () => {
    for (const kind of ["enormous", 1, null, {}])
      expect(refusalOf({ name: "fox", kind }).details).toEqual({
        field: "kind",
        fault: "must be one of small, large",
        accepted: ["small", "large"],
      });
  });

  test("are listed even if there is only one", () => {
    expect(refusalOf({ name: "fox", exact: 8 }).details).toMatchObject({
      fault: "must be one of 7",
      accepted: [7],
    });
  });

  test("of an unknown field are the known fields", () => {
    expect(refusalOf({ name: "fox", shape: { side: 1, label: "", colour: 1 } }).details.accepted).toEqual([
      "side",
      "label",
    ]);
  });
});

test("a fault of the whole value has an empty field", () => {
  for (const [value, kind] of [
    [[], "a list"],
    [null, "null"],
    ["x", "a string"],
  ] as const)
    expect(refusalOf(value).details).toEqual({ field: "", fault: `must be an object, not ${kind}` });
  expect(refusalOf(undefined).message).toBe("body: is required");
});

test("a long field name is shortened", () => {
  expect(refusalOf({ name: "fox", ["x".repeat(10_000)]: 1 }).message.length).toBeLessThan(300);
});

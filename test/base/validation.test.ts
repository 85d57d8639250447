import { describe, expect, test } from "bun:test";
import { t } from "elysia";
import { AppError } from "../../src/base/errors.ts";
import { isValid, validator } from "../../src/base/validation.ts";

const Options = t.Object(
  {
    name: t.String({ minLength: 1, maxLength: 5 }),
    ratio: t.Optional(t.Number({ minimum: 0, maximum: 1 })),
    tags: t.Optional(t.Array(t.String())),
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

test("a value that fits is returned as it is", () => {
  const value = { name: "fox", ratio: 0.5, tags: ["a"] };
  expect(read(value)).toBe(value);
});

test("isValid says whether a value fits, and throws nothing", () => {
  const isOptions = isValid(Options);
  expect([{ name: "fox" }, { name: "" }, { name: "fox", other: 1 }, null].map(isOptions)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

describe("several faults", () => {
  test("are listed, each field once, and the message is about the first", () => {
    const { message, details } = refusalOf({ ratio: 2, tags: "a" });
    expect(message).toBe("name: is required");
    expect(details).toMatchObject({
      field: "name",
      faults: [
        { field: "name", fault: "is required" },
        { field: "ratio", fault: "must be at most 1" },
        { field: "tags", fault: "must be a list, not a string" },
      ],
    });
  });

  test("are at most ten", () => {
    const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field-${index}`, 1]));
    expect(refusalOf({ name: "fox", ...unknown }).details.faults).toHaveLength(10);
  });
});

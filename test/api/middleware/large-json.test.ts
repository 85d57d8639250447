import { describe, expect, test } from "bun:test";
import { parseLargeJson } from "../../../src/api/middleware/large-json.ts";
import { AppError } from "../../../src/base/errors.ts";
import { createRandom } from "../../../src/base/random.ts";

const parse = (text: string) => parseLargeJson(new TextEncoder().encode(text));

async function faultOf(text: string): Promise<unknown> {
  const error = await parse(text).then(
    (value) => new Error(`was parsed: ${JSON.stringify(value).slice(0, 100)}`),
    (reason: unknown) => reason,
  );
  return error instanceof AppError ? [error.code, error.details.field, error.details.fault] : error;
}

const random = createRandom("large bodies");
const below = (limit: number): number => Math.floor(random() * limit);
const PARTS = ['"', "\\", "[", "]", "{", "}", ",", ":", " ", "\n", "a", "ä", "😀"];
const anyText = (): string => Array.from({ length: below(6) }, () => PARTS[below(PARTS.length)]).join("");

/** Returns a random JSON value, nested at most so deep. */
function anyValue(depth: number): unknown {
  const items = () => Array.from({ length: below(4) }, () => anyValue(depth - 1));
  const kinds: (() => unknown)[] = [anyText, () => below(1_000) - 0.5, () => null, () => true];
  if (depth > 0) kinds.push(items, () => Object.fromEntries(items().map((item) => [anyText(), item])));
  return kinds[below(kinds.length)]?.();
}

describe("a large body", () => {
  test("is read as JSON.parse reads it", async () => {
    for (let round = 0; round < 500; round++) {
      const body = Object.fromEntries(Array.from({ length: round % 4 }, () => [anyText(), anyValue(3)]));
      for (const indent of [0, 1, 3]) {
        const text = JSON.stringify(body, null, indent);
        expect(await parse(text)).toEqual(JSON.parse(text));
      }
    }
  });

  test.each([
    '{"samples":[]}',
    '{"samples":[ ]}',
    '{"samples":[1]}',
    '{"a":[[1,2],[3]],"b":{"c":[4,5]}}',
    '{"a":["]","\\"]","\\\\"],"b":"[1,2]"}',
    ' {"a" : [ 1 , {"b":[2,3]} ] } ',
    "{}",
  ])("such as %s is what it says", async (text) => {
    expect(await parse(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ['{"a":[1],"a":[2,3]}', "a"],
    ['{"a":[1,{"b":{"c":2,"\\u0063":3}}]}', "a.1.b.c"],
    [`{"a":[${'{"b":1},'.repeat(50_000)}{"b":1,"b":2}]}`, "a.50000.b"],
  ])("that gives a field twice is refused with its name", async (text, field) => {
    expect(await faultOf(text)).toEqual(["BAD_REQUEST", field, "is given more than once"]);
  });

  test.each([
    "",
    "{",
    '{"a":[1,2}',
    '{"a":[1,2',
    '{"a":[1,,2]}',
    '{"a":[1,]}',
    '{"a":[1 2]}',
    '{"a":[1]]',
    '{"a":[1]}}',
    '{"a":[1]} x',
    '{"a":["x]}',
    '{"a"[1]}',
    "[1,2]",
    '"text"',
  ])("such as %s is refused", async (text) => {
    expect(await faultOf(text)).toMatchObject(["BAD_REQUEST", "body", expect.any(String)]);
  });

  test("is refused with the place of what may not be stored", async () => {
    expect(await faultOf('{"samples":[{"input":"a"},{"input":"b\\u0000"}]}')).toEqual([
      "BAD_REQUEST",
      "samples.1.input",
      "must not contain a NUL character",
    ]);
    expect(await faultOf('{"samples":[{"__proto__":1}]}')).toMatchObject([
      "BAD_REQUEST",
      "samples.0.__proto__",
      "is not a known field",
    ]);
  });

  test("may have a megabyte outside of its lists, and 16 in one item", async () => {
    const text = (bytes: number) => "x".repeat(bytes);
    expect(await faultOf(`{"name":"${text(1_100_000)}"}`)).toMatchObject([
      "BAD_REQUEST",
      "body",
      expect.stringContaining("outside of its lists"),
    ]);
    expect(await faultOf(`{"samples":["${text(17 * 1024 * 1024)}"]}`)).toMatchObject([
      "BAD_REQUEST",
      "samples.0",
      expect.stringContaining("is longer than 16777216 bytes"),
    ]);
    expect(await parse(`{"samples":["${text(3_000_000)}", 1]}`)).toEqual({ samples: [text(3_000_000), 1] });
  });

  test("is parsed in many turns of the event loop", async () => {
    let turns = 0;
    let counting: ReturnType<typeof setImmediate>;
    const count = () => {
      turns++;
      counting = setImmediate(count);
    };
    count();
    const samples = Array.from({ length: 40_000 }, (_, row) => ({ id: String(row), input: "x".repeat(80) }));
    const text = JSON.stringify({ name: "n", samples });
    expect(await parse(text)).toEqual({ name: "n", samples });
    clearImmediate(counting!);
    expect(turns).toBeGreaterThan(text.length / (256 * 1024));
  });
});

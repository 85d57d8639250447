import { describe, expect, test } from "bun:test";
import type { AppError } from "../../../src/base/errors.ts";
import { parseJson } from "../../../src/base/json/json.ts";
import { countFields, findRepeatedField } from "../../../src/base/json/json-fields.ts";
import { createRandom } from "../../../src/base/random.ts";

const REPEATED: [text: string, path: string][] = [
  ['{"a":1,"a":2}', "a"],
  ['{"role":"user","b":{},"role":"admin"}', "role"],
  ['{"a":{"b":[{},{"c":1,"d":2,"c":3}]}}', "a.b.1.c"],
  ['[[],[1,{"x":1,"x":1}]]', "1.1.x"],
  ['{"a":1,"\\u0061":2}', "a"],
  ['{"":1,"":2}', ""],
  ['{"1":1,"01":2,"1":3}', "1"],
  ['{ "a" \n\t\r : 1 , "a" : 2 }', "a"],
  ['{"a\\"b":1,"a\\"b":2}', 'a"b'],
  ['{"a\\\\":1,"a\\\\":2}', "a\\"],
  ['{"toString":1,"toString":1}', "toString"],
  ['{"a":"{\\"b\\":1,\\"b\\":2}","c":{"b":[],"b":[]}}', "c.b"],
];

const NOT_REPEATED = [
  "{}",
  "[]",
  '"a"',
  '{"a":1,"A":2}',
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":2}]',
  '{"a":"a","b":"a","c":["a","a"]}',
  '{"a":"{\\"b\\":1,\\"b\\":2}"}',
  '{"a":"\\\\","b":"\\\\\\"","c":":"}',
  '{"a":"x: y","b":"\\":","c":"é😀"}',
];

describe("a field that an object has twice", () => {
  test.each(REPEATED)("in %s is found", (text, path) => {
    expect(findRepeatedField(text)).toBe(path);
    expect(() => parseJson(text)).toThrow(`${path}: is given more than once`);
  });

  test.each(NOT_REPEATED)("is not in %s", (text) => {
    expect(findRepeatedField(text)).toBeUndefined();
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test("is named within the field that holds the JSON", () => {
    expect(() => parseJson('{"name":"a","name":"b"}', "manifest")).toThrow(
      expect.objectContaining({
        code: "BAD_REQUEST",
        details: { field: "manifest.name", fault: "is given more than once" },
      }),
    );
  });

  test("with a long name is shown cut", () => {
    const name = "n".repeat(5_000);
    try {
      parseJson(`{"${name}":1,"${name}":2}`);
    } catch (error) {
      expect((error as AppError).details.field).toBe("n".repeat(200));
      return;
    }
    throw new Error("it was accepted");
  });
});

/** Texts that make strings hard to read. */
const PIECES = ['"', "\\", ":", "{", "}", "[", "]", ",", " ", "\n", "a", "é", "😀"];

/** Returns a random value with at most `depth` levels. */
function randomValue(random: () => number, depth: number): unknown {
  const below = (count: number): number => Math.floor(random() * count);
  const text = (): string => Array.from({ length: below(6) }, () => PIECES[below(PIECES.length)]).join("");
  const kind = below(depth > 0 ? 5 : 3);
  if (kind === 0) return text();
  if (kind === 1) return random() - 0.5;
  if (kind === 2) return [null, true, false][below(3)];
  const items = Array.from({ length: below(4) }, () => randomValue(random, depth - 1));
  return kind === 3 ? items : Object.fromEntries(items.map((item) => [text(), item]));
}

const fieldsOf = (value: unknown): number => {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, item) => sum + fieldsOf(item), own);
};

test("random JSON without repetition: its fields are counted, and none is found", () => {
  const random = createRandom(14);
  for (let round = 0; round < 2_000; round++) {
    const value = randomValue(random, 5);
    const text = JSON.stringify(value, null, [0, 2, "\t"][round % 3]);
    expect(countFields(text)).toBe(fieldsOf(value));
    expect(findRepeatedField(text)).toBeUndefined();
  }
});

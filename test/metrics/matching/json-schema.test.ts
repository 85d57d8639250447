import { describe, expect, test } from "bun:test";
import { metricOf, sampleOf, scoredValue, scoreOf } from "../sample.ts";

describe("json_schema", () => {
  const fit = async (schema: Record<string, unknown>, value: unknown) =>
    (await metricOf("json_schema", { schema }).score(sampleOf({ output: JSON.stringify(value) }))).value;
  const person = {
    type: "object",
    properties: { name: { type: "string", pattern: "^[A-Z]" }, age: { type: "integer", minimum: 0 } },
    required: ["name"],
    additionalProperties: false,
  };

  test("checks the schema, and explains a violation", async () => {
    expect(await fit(person, { name: "Ada", age: 36 })).toBe(1);
    for (const value of [{}, { name: "ada" }, { name: "Ada", age: -1 }, { name: "Ada", x: 1 }, [], "Ada"])
      expect([value, await fit(person, value)]).toEqual([value, 0]);
    const score = await scoreOf("json_schema", { output: '{"name":"Ada","age":1.5}' }, { schema: person });
    expect(score).toEqual({ value: 0, explanation: "/age must be integer" });
  });

  test("is 0 for output that is not JSON", async () => {
    expect(await scoredValue("json_schema", { output: "Ada" }, { schema: person })).toBe(0);
  });

  test("reads draft 2020-12, and draft 7 if the schema names it", async () => {
    const pair = { prefixItems: [{ const: 1 }], items: false };
    expect([await fit(pair, [1]), await fit(pair, [2]), await fit(pair, [1, 2])]).toEqual([1, 0, 0]);
    const old = { $schema: "http://json-schema.org/draft-07/schema#", items: [{ const: 1 }] };
    expect([await fit(old, [1]), await fit(old, [2])]).toEqual([1, 0]);
  });

  test("references stay within the schema, and one schema's names are not the next one's", async () => {
    const list = {
      $defs: { node: { type: "array", items: { $ref: "#/$defs/node" } } },
      $ref: "#/$defs/node",
    };
    expect([await fit(list, [[], [[]]]), await fit(list, [[1]])]).toEqual([1, 0]);
    const named = {
      $id: "https://example.com/named",
      $ref: "https://example.com/named#/$defs/a",
      $defs: { a: { type: "null" } },
    };
    expect([
      await fit(named, null),
      await fit({ ...named }, null),
      await fit(structuredClone(named), 1),
    ]).toEqual([1, 1, 0]);
    expect(() => metricOf("json_schema", { schema: { $ref: "https://example.com/named" } })).toThrow(
      "can't resolve reference",
    );
  });

  test("does not compare every item with every other", async () => {
    const items = Array.from({ length: 50_000 }, (_, at) => ({ at }));
    expect(await fit({ uniqueItems: true }, items)).toBe(1);
    expect(await fit({ uniqueItems: true }, [...items, { at: 7 }])).toBe(0);
  });

  test("is null if the schema's references are endless or too many", async () => {
    const endless = await scoreOf("json_schema", { output: "1" }, { schema: { $ref: "#" } });
    expect(endless).toEqual({ value: null, reason: "the schema refers to itself endlessly" });
    const twice = { anyOf: [{ items: { $ref: "#" } }, { items: { $ref: "#" } }], type: "array" };
    const deep = `${"[".repeat(60)}1${"]".repeat(60)}`;
    expect(await scoreOf("json_schema", { output: deep }, { schema: twice })).toEqual({
      value: null,
      reason: "the schema refers to itself too often",
    });
  });

  test("is null if schema and output, or patterns and texts, are too large together", async () => {
    const many = { enum: Array.from({ length: 1500 }, (_, at) => `value ${at}`) };
    const long = JSON.stringify("x".repeat(200_000));
    expect(await scoreOf("json_schema", { output: long }, { schema: many })).toEqual({
      value: null,
      reason: "the output is too long for a schema of this size",
    });
    const patterned = { items: { not: { pattern: "(a?){300}[bz]{300}" } } };
    const output = JSON.stringify(Array(1000).fill("a".repeat(100)));
    expect(await scoreOf("json_schema", { output }, { schema: patterned })).toEqual({
      value: null,
      reason: "the output has too much text for patterns of this size",
    });
    const anyOf = Array.from({ length: 20 }, (_, at) => ({ pattern: `${at}(a{300}b{300})` }));
    expect(() => metricOf("json_schema", { schema: { anyOf } })).toThrow(
      "its patterns together are too large",
    );
  });

  test("takes no exponential time for a pattern", async () => {
    expect(await fit({ pattern: "^(a+)+$" }, `${"a".repeat(20_000)}!`)).toBe(0);
  });
});

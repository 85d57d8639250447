import { describe, expect, test } from "bun:test";
import { canonicalJson, sha256 } from "../../src/base/hash.ts";

describe("canonical JSON", () => {
  test("is the same for equal values, however their keys are ordered", () => {
    const one = { b: 1, a: { d: [1, { y: 2, x: 1 }], c: "text" } };
    const other = { a: { c: "text", d: [1, { x: 1, y: 2 }] }, b: 1 };
    expect(canonicalJson(one)).toBe(canonicalJson(other));
    expect(canonicalJson(one)).toBe('{"a":{"c":"text","d":[1,{"x":1,"y":2}]},"b":1}');
  });

  test("keeps the order of lists", () => {
    expect(canonicalJson([2, 1])).toBe("[2,1]");
  });

  test.each([
    [{ a: undefined, b: 1 }, { b: 1 }],
    [
      [undefined, 1],
      [null, 1],
    ],
    [undefined, null],
    [Number.NaN, null],
  ] as [unknown, unknown][])("leaves out what JSON cannot express: %p", (value, same) => {
    expect(canonicalJson(value)).toBe(canonicalJson(same));
  });

  test("is JSON: it reads back", () => {
    const values = [null, true, 0, -0.5, 1e21, "", 'a "quoted" text\n', "ünïcode 🦜", [], {}, { "": [{}] }];
    for (const value of values) expect(JSON.parse(canonicalJson(value))).toEqual(value);
  });

  test("sorts keys by their code units, whatever the language", () => {
    expect(canonicalJson({ ä: 1, z: 2, Z: 3, a: 4, "10": 5, "9": 6 })).toBe(
      '{"10":5,"9":6,"Z":3,"a":4,"z":2,"ä":1}',
    );
  });
});

// FIPS 180-4's own examples (NIST, SHA256.pdf), and the empty text.
test.each([
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
])("the SHA-256 of '%s' is known", (text, digest) => {
  expect(sha256(text)).toBe(digest);
  expect(sha256(new TextEncoder().encode(text))).toBe(digest);
});

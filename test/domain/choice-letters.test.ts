import { expect, test } from "bun:test";
import { indexOfLetter, letterOf } from "../../src/domain/choice-letters.ts";

test("choices have letters, in either case", () => {
  expect([0, 1, 25].map(letterOf)).toEqual(["A", "B", "Z"]);
  expect(["A", "b", "Z"].map(indexOfLetter)).toEqual([0, 1, 25]);
});

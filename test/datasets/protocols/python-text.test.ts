import { describe, expect, test } from "bun:test";
import { capitalize, strip } from "../../../src/datasets/protocols/python-text.ts";

/** By CPython 3.11: `text.strip()` and `text.capitalize()`. */
describe("as Python does", () => {
  test.each([
    ["\u0085 a \u001c", "a"],
    ["\ufeff a", "\ufeff a"],
    ["\u3000a b\u2009", "a b"],
    ["", ""],
    [" \n\t", ""],
  ])("%j is stripped to %j", (text, stripped) => expect(strip(text)).toBe(stripped));

  test.each([
    ["he is Called TOM", "He is called tom"],
    ["", ""],
    ["éa", "Éa"],
    ["1A", "1a"],
  ])("%j is capitalised to %j", (text, capital) => expect(capitalize(text)).toBe(capital));
});

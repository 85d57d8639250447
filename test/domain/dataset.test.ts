import { describe, expect, test } from "bun:test";
import { DatasetName } from "../../src/domain/dataset.ts";
import { takes } from "../support/takes.ts";

describe("a dataset's name", () => {
  test.each(["a", "mmlu", "MMLU-Pro_2.1", "0", "x".repeat(100)])("may be %p", (name) => {
    expect(takes(DatasetName, name)).toBe(true);
  });
  test.each(["", "-a", ".hidden", "a/b", "a?b", "a b", "ä", "a\n", "x".repeat(101)])("is not %p", (name) => {
    expect(takes(DatasetName, name)).toBe(false);
  });
});

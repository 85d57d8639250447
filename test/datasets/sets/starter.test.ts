import { describe, expect, test } from "bun:test";
import { findBuiltin } from "../../../src/datasets/index.ts";
import questions from "../../../src/datasets/sets/starter.json" with { type: "json" };
import { indexOfLetter } from "../../../src/domain/choice-letters.ts";
import { refusal } from "../files.ts";

const samples = [...(findBuiltin("starter")?.samples() ?? [])];

describe("the dataset starter", () => {
  test("has a hundred questions of four different choices, in ten groups of ten", () => {
    expect(samples).toHaveLength(100);
    expect(findBuiltin("starter")?.dataset.size).toBe(100);
    for (const { id, input, choices } of samples) {
      expect([id, input.trim() === input && input.length > 0, new Set(choices).size]).toEqual([id, true, 4]);
    }
    const groups = Object.values(Object.groupBy(samples, ({ group }) => group ?? ""));
    expect(groups.map((members) => members?.length)).toEqual(Array(10).fill(10));
  });

  test("names each question once, by group and number", () => {
    expect(new Set(samples.map(({ id }) => id)).size).toBe(100);
    expect(new Set(samples.map(({ input }) => input)).size).toBe(100);
    for (const { id, group } of samples) expect(id).toMatch(new RegExp(`^${group}-\\d\\d$`));
  });

  test("gives the letter of the choice that the file marks, each letter equally often", () => {
    const letters = samples.map(({ expected }) => expected?.[0] ?? "");
    expect(letters.map(indexOfLetter)).toEqual(questions.map(({ expected }) => expected));
    for (const letter of ["A", "B", "C", "D"]) {
      expect([letter, letters.filter((other) => other === letter).length]).toEqual([letter, 25]);
    }
  });

  test("has no settings", async () => {
    const asked = Promise.resolve().then(() => findBuiltin("starter?size=5")?.samples());
    expect(await refusal(asked)).toMatchObject({ field: "dataset", accepted: [] });
  });
});

import { describe, expect, test } from "bun:test";
import { validator } from "../../src/base/validation.ts";
import { builtins, findBuiltin } from "../../src/datasets/index.ts";
import { Sample } from "../../src/domain/dataset.ts";

describe("the built-in datasets", () => {
  test("are found by name, with settings after a question mark", () => {
    expect(builtins.map(({ name }) => name)).toEqual(["starter", "arithmetic"]);
    expect(findBuiltin("starter")?.dataset.name).toBe("starter");
    expect([...(findBuiltin("arithmetic?size=7&seed=3")?.samples() ?? [])]).toHaveLength(7);
    expect([...(findBuiltin("arithmetic?")?.samples() ?? [])]).toHaveLength(1000);
  });

  test("are not found by other names, including names of every object's properties", () => {
    for (const name of [
      "",
      "?size=5",
      "mmlu",
      "Arithmetic",
      "arithmetic/addition",
      "constructor",
      "__proto__",
      "arithmetic %",
    ]) {
      expect([name, findBuiltin(name)]).toEqual([name, undefined]);
    }
  });

  test("hold the stated number of valid samples with unique ids", () => {
    const check = validator(Sample);
    for (const builtin of builtins) {
      const samples = [...builtin.samples(new URLSearchParams())].map(check);
      expect([builtin.name, samples.length]).toEqual([builtin.name, builtin.size]);
      expect(new Set(samples.map(({ id }) => id)).size).toBe(builtin.size);
      expect(builtin.description.length).toBeGreaterThan(20);
    }
  });
});

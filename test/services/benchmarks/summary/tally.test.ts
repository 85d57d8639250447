import { describe, expect, test } from "bun:test";
import { createTally } from "../../../../src/services/benchmarks/summary/tally.ts";
import { trialRow } from "../../../support/rows.ts";

describe("a run's tally", () => {
  test("counts by which rules answers were read; answers of no rule are not counted", () => {
    const tally = createTally([]);
    for (const read_by of ["declared_mark", "boxed", null, "declared_mark"] as const)
      tally.add(trialRow({ read_by, answer: read_by && "A" }));
    expect(tally.read_by()).toEqual({ declared_mark: 2, boxed: 1 });
  });

  test("is empty for rows of a version that stored no rule", () => {
    const tally = createTally([]);
    tally.add(trialRow({ read_by: null, answer: "A" }));
    expect(tally.read_by()).toEqual({});
  });
});

import { expect, test } from "bun:test";
import { createPythonSampler } from "../../../src/datasets/protocols/python-random.ts";
import reference from "../references/python_sample.json" with { type: "json" };

test.each(reference.cases)(
  "draws as CPython does: seed $seed, $count of $size",
  ({ seed, size, count, draws, after }) => {
    const draw = createPythonSampler(seed, size, count);
    for (let skipped = 0; skipped < after; skipped++) draw();
    expect(draws.map(() => draw())).toEqual(draws);
  },
);

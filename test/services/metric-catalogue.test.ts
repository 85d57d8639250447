import { describe, expect, test } from "bun:test";
import { createMetricCatalogue } from "../../src/services/metric-catalogue.ts";
import { runBenchmark, trialsOf } from "../support/benchmarks.ts";
import { startServer } from "../support/server.ts";

const catalogue = createMetricCatalogue();

describe("metrics asked for", () => {
  test("are known by their label, else by their name", () => {
    const ready = catalogue.require(["accuracy", { name: "f1" }, { name: "f1", label: "words" }]);
    expect(ready.map(({ name, key }) => [name, key])).toEqual([
      ["accuracy", "accuracy"],
      ["f1", "f1"],
      ["f1", "words"],
    ]);
  });

  test("can't share a key", () => {
    const twice = () => catalogue.require(["f1", { name: "accuracy", label: "f1" }]);
    expect(twice).toThrow("metrics.1: a second metric named 'f1': give it a 'label' of its own");
  });
});

test("a benchmark's scores and summaries stand under the label, and what was noted is counted", async () => {
  const server = await startServer();
  try {
    const metrics = ["accuracy", { name: "f1", label: "words" }];
    const { benchmark_id, results } = await runBenchmark(server, { metrics, iterations: 3 });
    expect(Object.keys(results?.runs[0]?.metrics ?? {})).toEqual(["accuracy", "words"]);
    const reason = "a multiple-choice sample's reference is a letter, not a text";
    expect(results?.runs[0]?.metrics.words).toMatchObject({ value: null, n: 0, notes: { [reason]: 3 } });
    const [trial] = await trialsOf(server, benchmark_id);
    expect(trial?.scores).toEqual({ accuracy: expect.any(Number), words: null });
    expect(trial?.notes).toEqual({ words: reason });
  } finally {
    await server.stop();
  }
});

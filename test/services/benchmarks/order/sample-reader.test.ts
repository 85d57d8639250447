import { expect, test } from "bun:test";
import type { Sample } from "../../../../src/domain/dataset.ts";
import { createSampleReader } from "../../../../src/services/benchmarks/order/sample-reader.ts";
import { createTrialOrder } from "../../../../src/services/benchmarks/order/trial-order.ts";
import type { DatasetStore } from "../../../../src/store/datasets.ts";

const sampleAt = (position: number): Sample => ({ id: String(position), input: `question ${position}` });

/** A sample store that records its reads. `missing` samples have no row. */
function createSamples(missing: readonly number[] = []) {
  const reads: number[][] = [];
  const samplesAt: DatasetStore["samplesAt"] = async (_dataset, positions) => {
    reads.push(positions);
    const there = positions.filter((position) => !missing.includes(position));
    return new Map(there.map((position) => [position, sampleAt(position)]));
  };
  return { reads, samplesAt };
}

const orderOf = (samples: number, iterations: number) =>
  createTrialOrder(
    Uint32Array.from({ length: samples }, (_, position) => position),
    iterations,
    1,
  );

test("every trial is given its own sample, in whatever order it asks", async () => {
  const order = orderOf(150, 400);
  const reader = createSampleReader(createSamples(), { dataset_id: "set", order, runs: 1 });
  const indices = [...Array(400).keys()].sort(
    (left, right) => ((left * 7919) % 400) - ((right * 7919) % 400),
  );
  for (const index of indices) expect(await reader.read(index)).toEqual(sampleAt(order.at(index).position));
});

test("runs side by side share what is read: each sample is read once", async () => {
  const samples = createSamples();
  const reader = createSampleReader(samples, { dataset_id: "set", order: orderOf(500, 500), runs: 4 });
  for (let index = 0; index < 500; index++) {
    await Promise.all([1, 2, 3, 4].map(() => reader.read(index)));
  }
  expect(samples.reads.flat()).toHaveLength(500);
  expect(Math.max(...samples.reads.map((positions) => positions.length))).toBeLessThanOrEqual(64);
});

test("runs that have drifted far apart don't evict each other's samples", async () => {
  const samples = createSamples();
  const runs = 50;
  const reader = createSampleReader(samples, { dataset_id: "set", order: orderOf(10_000, 10_000), runs });
  // Run n is 192 n trials ahead: all of them in chunks of their own.
  for (let step = 0; step < 64; step++) {
    for (let run = 0; run < runs; run++) await reader.read(run * 192 + step);
  }
  expect(samples.reads.length).toBe(runs);
});

test("a missing sample is an error that names it", async () => {
  const reader = createSampleReader(createSamples([0]), {
    dataset_id: "the-set",
    order: orderOf(1, 1),
    runs: 1,
  });
  expect(await reader.read(0).catch((error: Error) => error.message)).toBe(
    "Sample 0 of dataset the-set is missing.",
  );
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Sample } from "../../../../src/domain/dataset.ts";
import { askedPositions, sharedSamples } from "../../../../src/services/benchmarks/order/shared-samples.ts";
import { createTrialOrder } from "../../../../src/services/benchmarks/order/trial-order.ts";
import type { Store } from "../../../../src/store/index.ts";
import { openStoreIn } from "../../../support/store.ts";
import { tempDirs } from "../../../support/temp-dir.ts";

const tempDir = tempDirs();
let store: Store;
beforeAll(async () => {
  store = await openStoreIn(tempDir());
});
afterAll(() => store.close());

let datasets = 0;
async function stored(samples: readonly Partial<Sample>[]) {
  const dataset_id = `dataset ${datasets++}`;
  const whole = samples.map((sample, position) => ({ id: String(position), input: "?", ...sample }));
  await store.datasets.addSamples(dataset_id, 0, whole);
  return { dataset_id, positions: Uint32Array.from(samples.keys()) };
}

async function pairsOf(one: readonly Partial<Sample>[], other: readonly Partial<Sample>[]) {
  const pairs = sharedSamples(store.sampleContents, await stored(one), await stored(other));
  return (await Array.fromAsync(pairs)).map((pair) => [pair.one, pair.other]);
}

const WHOLE: Partial<Sample> = {
  input: "Where?",
  choices: ["here", "there"],
  expected: ["B"],
  context: ["It was there."],
};

describe("samples are the same", () => {
  test("wherever they stand, and whatever their id, group and metadata are", async () => {
    const one = [{ input: "a" }, { ...WHOLE, id: "x", group: "old" }, { input: "b" }];
    const other = [{ input: "b" }, { input: "new" }, { ...WHOLE, metadata: { more: 1 } }];
    expect(await pairsOf(one, other)).toEqual([
      [2, 0],
      [1, 2],
    ]);
  });

  test.each<[string, Partial<Sample>]>([
    ["input", { input: "Where ?" }],
    ["choices", { choices: ["there", "here"] }],
    ["expected", { expected: ["A"] }],
    ["context", { context: ["It was here."] }],
    ["context, which is missing", { context: undefined as never }],
  ])("not with another %s", async (_field, change) => {
    expect(await pairsOf([WHOLE], [{ ...WHOLE, ...change }])).toEqual([]);
    expect(await pairsOf([WHOLE], [WHOLE])).toEqual([[0, 0]]);
  });

  test("once: of repeated questions the first pairs with the first", async () => {
    const [a, b] = [{ input: "a" }, { input: "b" }];
    expect(await pairsOf([a, b, a], [a, a, a, b])).toEqual([
      [0, 0],
      [2, 1],
      [1, 3],
    ]);
  });

  test("with quotes, line ends and other scripts", async () => {
    const input = 'a "quoted"\n\u2028line; 東京 🙂 \\u0041';
    expect(await pairsOf([{ input }], [{ input: "A" }, { input }])).toEqual([[0, 1]]);
  });

  test("only among those asked for", async () => {
    const samples = Array.from({ length: 3_000 }, (_, index) => ({ input: `question ${index}` }));
    const [one, other] = [await stored(samples), await stored([...samples].reverse())];
    const even = one.positions.filter((position) => position % 2 === 0);
    const pairs = await Array.fromAsync(
      sharedSamples(store.sampleContents, { ...one, positions: even }, other),
    );
    expect(pairs).toHaveLength(1_500);
    for (const pair of pairs) expect(pair.one).toBe(2_999 - pair.other);
    const none = { ...one, positions: new Uint32Array() };
    expect(await Array.fromAsync(sharedSamples(store.sampleContents, none, other))).toEqual([]);
  });
});

describe("the asked positions of an order", () => {
  test("ascend, and are those of its trials", () => {
    const order = createTrialOrder([9, 2, 5, 40, 7], 3, 1);
    const asked = [0, 1, 2].map((index) => order.at(index).position);
    expect([...askedPositions(order)]).toEqual(asked.sort((one, other) => one - other));
  });

  test("are each there once if samples are repeated", () => {
    expect([...askedPositions(createTrialOrder([3, 1, 2], 8, 1))]).toEqual([1, 2, 3]);
  });
});

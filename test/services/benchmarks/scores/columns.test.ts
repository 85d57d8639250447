import { describe, expect, test } from "bun:test";
import { createTrialOrder } from "../../../../src/services/benchmarks/order/trial-order.ts";
import {
  clustersOf,
  createGroupIndex,
  createRunColumns,
  scoredOf,
} from "../../../../src/services/benchmarks/scores/columns.ts";

const POSITIONS = [4, 8, 15];
const order = createTrialOrder(POSITIONS, 5, 1);
const row = (position: number, repeat: number, accuracy: number | null, group: string | null = null) => ({
  position,
  repeat,
  group,
  scores: { accuracy, other: 9 },
  parts: null,
});

describe("a run's columns", () => {
  test("hold each score at its trial's place, whatever the order of the rows", () => {
    const columns = createRunColumns({ label: "run", metrics: ["accuracy", "missing"], places: order });
    const keys = Array.from({ length: 5 }, (_, index) => order.at(index)).toReversed();
    for (const { position, repeat } of keys) columns.add(row(position, repeat, position + repeat / 10));
    const [accuracy, missing] = columns.values;
    expect([...accuracy!]).toEqual(
      Array.from({ length: 5 }, (_, index) => order.at(index).position + order.at(index).repeat / 10),
    );
    expect([...missing!]).toEqual(new Array(5).fill(Number.NaN));
    expect(columns.repeated).toBe(true);
    expect([...columns.hasTrial]).toEqual([1, 1, 1, 1, 1]);
  });

  test("leave out trials without a score, and report rows without a place", () => {
    const columns = createRunColumns({ label: "run", metrics: ["accuracy"], places: order });
    expect(columns.add(row(4, 0, null))).toBe(true);
    expect(columns.add(row(8, 0, 0))).toBe(true);
    expect(columns.add(row(5, 0, 1))).toBe(false);
    expect(columns.add(row(4, 9, 1))).toBe(false);
    expect([...scoredOf(columns.values[0]!, undefined).values]).toEqual([0]);
    expect(columns.hasTrial.reduce((sum, has) => sum + has)).toBe(2);
    expect(columns.repeated).toBe(false);
  });
});

describe("clusters", () => {
  test("are not needed where each sample was asked once", () => {
    expect(clustersOf(order, false)).toBeUndefined();
  });

  test("by sample are the same for its repeats", () => {
    const clusters = clustersOf(order, true)!;
    for (const first of [0, 1, 2, 3, 4]) {
      for (const second of [0, 1, 2, 3, 4]) {
        const isSame = order.at(first).position === order.at(second).position;
        expect(clusters[first] === clusters[second]).toBe(isSame);
      }
    }
  });

  test("by group are the same for its samples, and one for each sample without a group", () => {
    const groups = createGroupIndex(order.total);
    const columns = createRunColumns({ label: "run", metrics: ["accuracy"], places: order, groups });
    const groupOf = (position: number) => (position === 15 ? null : "law");
    for (let index = 0; index < 5; index++) {
      const { position, repeat } = order.at(index);
      columns.add(row(position, repeat, 1, groupOf(position)));
    }
    expect(groups.names).toEqual(["law"]);
    const clusters = clustersOf(order, true, groups)!;
    const ofLaw = [0, 1, 2, 3, 4].filter((index) => order.at(index).position !== 15);
    expect(new Set(ofLaw.map((index) => clusters[index])).size).toBe(1);
    expect(new Set(clusters).size).toBe(2);
    const scored = scoredOf(columns.values[0]!, clusters, Uint32Array.from(ofLaw));
    expect([scored.values.length, new Set(scored.clusters).size]).toEqual([ofLaw.length, 1]);
  });
});

import { describe, expect, test } from "bun:test";
import { createRandom } from "../../../../src/base/random.ts";
import { createTrialOrder, type TrialOrder } from "../../../../src/services/benchmarks/order/trial-order.ts";

const firstPositions = (count: number) => Uint32Array.from({ length: count }, (_, position) => position);
const trialsOf = (order: TrialOrder) => Array.from({ length: order.total }, (_, index) => order.at(index));
const positionsOf = (order: TrialOrder) => trialsOf(order).map(({ position }) => position);

describe("fewer trials than samples", () => {
  test("a random part of the samples, each once", () => {
    const order = createTrialOrder(firstPositions(1000), 100, 7);
    const positions = positionsOf(order);
    expect(new Set(positions).size).toBe(100);
    expect(positions.every((position) => position >= 0 && position < 1000)).toBe(true);
    expect(trialsOf(order).every(({ repeat }) => repeat === 0)).toBe(true);
    expect(positions).not.toEqual(positions.toSorted((left, right) => left - right));
  });

  test("the same seed gives the same part, another seed another", () => {
    const part = (seed: number) => positionsOf(createTrialOrder(firstPositions(1000), 50, seed));
    expect(part(3)).toEqual(part(3));
    expect(part(3)).not.toEqual(part(4));
  });

  test("a larger part begins with the smaller one, so that more trials are more of the same", () => {
    const small = positionsOf(createTrialOrder(firstPositions(200), 20, 1));
    const large = positionsOf(createTrialOrder(firstPositions(200), 90, 1));
    expect(large.slice(0, 20)).toEqual(small);
  });

  test("every sample is as likely as any other", () => {
    const chosen = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 2_000; seed++) {
      for (const position of positionsOf(createTrialOrder(firstPositions(10), 3, seed))) chosen[position]!++;
    }
    // 600 expected, standard deviation 20.5: five of them either way.
    for (const count of chosen) expect(Math.abs(count - 600)).toBeLessThan(103);
  });
});

describe("more trials than samples", () => {
  test("whole passes, then a part; each pass is a repeat", () => {
    const trials = trialsOf(createTrialOrder(firstPositions(10), 25, 0));
    const ofRepeat = (repeat: number) =>
      trials.filter((trial) => trial.repeat === repeat).map(({ position }) => position);
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(ofRepeat(0).toSorted()).toEqual(all);
    expect(ofRepeat(1).toSorted()).toEqual(all);
    expect(ofRepeat(2)).toEqual(ofRepeat(0).slice(0, 5));
    expect(ofRepeat(3)).toEqual([]);
  });

  test("one sample, many repeats", () => {
    expect(trialsOf(createTrialOrder([4], 3, 9))).toEqual([
      { position: 4, repeat: 0 },
      { position: 4, repeat: 1 },
      { position: 4, repeat: 2 },
    ]);
  });
});

test("a group's samples keep their positions in the dataset", () => {
  const group = [3, 14, 15, 92, 65];
  const positions = positionsOf(createTrialOrder(group, 5, 2));
  expect(positions.toSorted((left, right) => left - right)).toEqual([3, 14, 15, 65, 92]);
});

describe("a trial's place", () => {
  test("for any samples, iterations and seed: each trial once, and found by its position and repeat", () => {
    const random = createRandom(20_261_123);
    const draw = (most: number) => 1 + Math.floor(random() * most);
    for (let round = 0; round < 200; round++) {
      const gap = draw(5);
      const positions = Array.from({ length: draw(60) }, (_, index) => index * gap + (gap - 1));
      const order = createTrialOrder(positions, draw(200), draw(1_000_000));
      const seen = new Set<string>();
      for (const [index, { position, repeat }] of trialsOf(order).entries()) {
        expect(order.indexOf(position, repeat)).toBe(index);
        expect(positions).toContain(position);
        seen.add(`${position}:${repeat}`);
      }
      expect(seen.size).toBe(order.total);
    }
  });

  test("a trial outside the order has no place", () => {
    const order = createTrialOrder([2, 4], 3, 0);
    const second = order.at(1).position;
    expect(order.indexOf(second, 1)).toBeUndefined();
    expect(order.indexOf(2, 2)).toBeUndefined();
    expect(order.indexOf(3, 0)).toBeUndefined();
    expect(order.indexOf(99, 0)).toBeUndefined();
  });
});

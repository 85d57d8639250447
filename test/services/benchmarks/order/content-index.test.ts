import { describe, expect, test } from "bun:test";
import { createRandom } from "../../../../src/base/random.ts";
import { createContentIndex } from "../../../../src/services/benchmarks/order/content-index.ts";

describe("an index of contents", () => {
  test("gives each sample once, those of the same content in their order", () => {
    const index = createContentIndex(5);
    for (const [position, content] of ["a", "b", "a", "a"].entries()) index.add(content, position);
    expect([1, 2, 3, 4].map(() => index.take("a"))).toEqual([0, 2, 3, undefined]);
    expect(index.take("b")).toBe(1);
    expect(index.take("b")).toBeUndefined();
    expect(index.take("c")).toBeUndefined();
  });

  test("takes in a sample whose content was wholly taken before", () => {
    const index = createContentIndex(3);
    index.add("a", 7);
    expect(index.take("a")).toBe(7);
    index.add("a", 9);
    expect(index.take("a")).toBe(9);
    expect(index.take("a")).toBeUndefined();
  });

  test("of one sample, and of none, works", () => {
    const one = createContentIndex(1);
    one.add("", 3);
    expect([one.take(""), one.take("")]).toEqual([3, undefined]);
    expect(createContentIndex(0).take("a")).toBeUndefined();
  });

  test("agrees with a map of lists over many random contents", () => {
    const random = createRandom(5);
    const contents = Array.from({ length: 20_000 }, () => `content ${Math.floor(random() * 9_000)}`);
    const index = createContentIndex(contents.length);
    const lists = new Map<string, number[]>();
    for (const [position, content] of contents.entries()) {
      index.add(content, position);
      lists.set(content, [...(lists.get(content) ?? []), position]);
    }
    for (let turn = 0; turn < 30_000; turn++) {
      const content = `content ${Math.floor(random() * 10_000)}`;
      expect(index.take(content)).toBe(lists.get(content)?.shift());
    }
  });

  test("takes a hundred thousand samples of the same content without slowing down", () => {
    const count = 100_000;
    const index = createContentIndex(count);
    for (let position = 0; position < count; position++) index.add("same", position);
    let taken = 0;
    while (index.take("same") === taken) taken++;
    expect(taken).toBe(count);
  });
});

import { expect, test } from "bun:test";
import { createRowCache } from "../../src/store/row-cache.ts";
import type { Writer } from "../../src/store/writer.ts";

/** A table of one row, whose reads and writes end when the test ends them. */
function table() {
  const state = { value: 1, reads: 0 };
  const gates: { open: PromiseWithResolvers<void> | undefined } = { open: undefined };
  const read = async (key: string) => {
    if (key !== "row") return undefined;
    state.reads++;
    const { value } = state;
    await gates.open?.promise;
    return { value };
  };
  const writer: Writer = {
    async write() {
      await gates.open?.promise;
      state.value++;
      return [];
    },
    insert: async () => undefined,
    idle: async () => undefined,
  };
  return { state, gates, cache: createRowCache(read, writer) };
}

test("a row is read once between two changes", async () => {
  const { state, cache } = table();
  expect(await cache.find("row")).toEqual({ value: 1 });
  expect(await cache.find("row")).toEqual({ value: 1 });
  expect(state.reads).toBe(1);
  await cache.writer.write([]);
  expect(await cache.find("row")).toEqual({ value: 2 });
  expect(state.reads).toBe(2);
});

test("a missing row is read each time", async () => {
  const { cache } = table();
  expect(await cache.find("another")).toBeUndefined();
  expect(await cache.find("another")).toBeUndefined();
});

test("a row that is read during a change is not kept", async () => {
  const { gates, cache } = table();
  gates.open = Promise.withResolvers<void>();
  const writing = cache.writer.write([]);
  const reading = cache.find("row");
  gates.open.resolve();
  gates.open = undefined;
  await Promise.all([writing, reading]);
  expect(await cache.find("row")).toEqual({ value: 2 });
});

test("a read that began before a change and ended after it is not kept", async () => {
  const { gates, cache } = table();
  const gate = Promise.withResolvers<void>();
  gates.open = gate;
  const reading = cache.find("row");
  gates.open = undefined;
  await cache.writer.write([]);
  gate.resolve();
  expect(await reading).toEqual({ value: 1 });
  expect(await cache.find("row")).toEqual({ value: 2 });
});

test("a failed change clears the cache too", async () => {
  const refuse = () => Promise.reject(new Error("no"));
  const broken: Writer = { write: refuse, insert: refuse, idle: async () => undefined };
  let reads = 0;
  const cache = createRowCache(async () => ({ read: ++reads }), broken);
  await cache.find("row");
  expect(cache.writer.write([])).rejects.toThrow("no");
  await Bun.sleep(1);
  expect(await cache.find("row")).toEqual({ read: 2 });
});

import { describe, expect, test } from "bun:test";
import { createSlots } from "../../src/base/slots.ts";

/** Waits until everything that needs no timer has happened. */
const settle = () => Bun.sleep(0);

describe("slots", () => {
  test("are given up to the limit, and never beyond it", async () => {
    const slots = createSlots(3);
    let held = 0;
    let most = 0;
    async function work(): Promise<void> {
      const release = await slots.take();
      most = Math.max(most, ++held);
      await Bun.sleep(Math.random() * 3);
      held--;
      release();
    }
    await Promise.all(Array.from({ length: 60 }, work));
    expect([most, held, slots.limit]).toEqual([3, 0, 3]);
  });

  test("go to waiting callers in order of arrival, before later callers", async () => {
    const slots = createSlots(1);
    const first = await slots.take();
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (name) => {
      const release = await slots.take();
      order.push(name);
      release();
    });
    first();
    const late = slots.take().then((release) => {
      order.push(4);
      release();
    });
    await Promise.all([...waiting, late]);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  test("are given back once, however often they are released", async () => {
    const slots = createSlots(1);
    const release = await slots.take();
    release();
    release();
    let taken = 0;
    for (let each = 0; each < 3; each++) void slots.take().then(() => taken++);
    await settle();
    expect(taken).toBe(1);
  });
});

describe("a caller that gives up", () => {
  test("while waiting gets the reason, takes no slot and is not in the way", async () => {
    const slots = createSlots(1);
    const release = await slots.take();
    const leaving = new AbortController();
    const left = slots.take(leaving.signal);
    const behind = slots.take();
    leaving.abort(new Error("I have to go"));
    await expect(left).rejects.toThrow("I have to go");
    release();
    (await behind)();
    (await slots.take())();
  });

  test("before asking gets no slot even if one is free", async () => {
    const slots = createSlots(1);
    await expect(slots.take(AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
    (await slots.take())();
  });

  test("after it got a slot keeps it until it is released", async () => {
    const slots = createSlots(1);
    const holder = new AbortController();
    const release = await slots.take(holder.signal);
    let next = false;
    void slots.take().then(() => {
      next = true;
    });
    holder.abort();
    await settle();
    expect(next).toBe(false);
    release();
    await settle();
    expect(next).toBe(true);
  });

  test("in the moment in which it gets a slot does not lose the slot for the others", async () => {
    const slots = createSlots(1);
    const release = await slots.take();
    const leaving = new AbortController();
    const served = slots.take(leaving.signal);
    release();
    leaving.abort();
    (await served)();
    (await slots.take())();
  });
});

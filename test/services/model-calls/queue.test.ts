import { describe, expect, test } from "bun:test";
import { createCallQueue, type Priority, QueueFull } from "../../../src/services/model-calls/queue.ts";

/** Takes a slot and appends its name to `order` when the slot is given. */
function arrive(
  queue: ReturnType<typeof createCallQueue>,
  order: string[],
  name: string,
  priority: Priority,
) {
  return queue.take(priority).then((release) => {
    order.push(name);
    return release;
  });
}

describe("the queue before a provider", () => {
  test("gives as many slots as the limit allows, then in the order of arrival", async () => {
    const queue = createCallQueue(() => 2, 10);
    const order: string[] = [];
    const slots = ["a", "b", "c", "d"].map((name) => arrive(queue, order, name, "batch"));
    const first = await slots[0];
    await slots[1];
    expect(order).toEqual(["a", "b"]);
    expect([queue.taken, queue.waiting]).toEqual([2, 2]);
    first?.();
    await slots[2];
    expect(order).toEqual(["a", "b", "c"]);
    expect([queue.taken, queue.waiting]).toEqual([2, 1]);
  });

  test("gives slots to interactive callers before batches", async () => {
    const queue = createCallQueue(() => 1, 10);
    const order: string[] = [];
    const release = await arrive(queue, order, "first", "batch");
    const batch = arrive(queue, order, "batch", "batch");
    const interactive = arrive(queue, order, "interactive", "interactive");
    release();
    (await interactive)();
    await batch;
    expect(order).toEqual(["first", "interactive", "batch"]);
  });

  test("if full, refuses an interactive caller but never a batch", async () => {
    const queue = createCallQueue(() => 1, 2);
    await queue.take("interactive");
    const waiting = [queue.take("interactive"), queue.take("interactive"), queue.take("batch")];
    expect(queue.take("interactive")).rejects.toThrow(QueueFull);
    expect(queue.waiting).toBe(3);
    expect(waiting).toHaveLength(3);
  });

  test("rejects a caller whose signal fires, with its reason, and forgets it", async () => {
    const queue = createCallQueue(() => 1, 10);
    const release = await queue.take("interactive");
    const controller = new AbortController();
    const waiting = queue.take("interactive", controller.signal);
    controller.abort("gone");
    expect(waiting).rejects.toBe("gone");
    expect(queue.take("batch", AbortSignal.abort("before"))).rejects.toBe("before");
    release();
    expect([queue.taken, queue.waiting]).toEqual([0, 0]);
  });

  test("takes a slot back once, even if its release is called twice", async () => {
    const queue = createCallQueue(() => 1, 10);
    const release = await queue.take("batch");
    release();
    release();
    expect(queue.taken).toBe(0);
    await queue.take("batch");
    expect(queue.taken).toBe(1);
  });

  test("follows a limit that changes", async () => {
    let limit = 1;
    const queue = createCallQueue(() => limit, 10);
    const first = await queue.take("batch");
    const rest = [queue.take("batch"), queue.take("batch")];
    limit = 3;
    first();
    const releases = await Promise.all(rest);
    expect(queue.taken).toBe(2);
    limit = 1;
    const last = queue.take("batch");
    releases[0]?.();
    expect(queue.waiting).toBe(1);
    releases[1]?.();
    await last;
    expect(queue.taken).toBe(1);
  });
});

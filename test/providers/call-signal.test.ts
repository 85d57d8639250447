import { describe, expect, test } from "bun:test";
import { createCallSignal, tellBeginnings } from "../../src/providers/call-signal.ts";

describe("the signal of a call", () => {
  test("passes on the caller's abort with its reason", () => {
    const controller = new AbortController();
    const { signal } = createCallSignal({ signal: controller.signal });
    expect(signal.aborted).toBe(false);
    controller.abort("enough");
    expect(signal.reason).toBe("enough");
  });

  test("is aborted from the start if the caller's signal is", () => {
    expect(createCallSignal({ signal: AbortSignal.abort("no") }).signal.reason).toBe("no");
  });

  test("closes what an unfinished call has left open, and nothing after a finished one", () => {
    const [left, done] = [createCallSignal({}), createCallSignal({})];
    left.end(false);
    done.end(true);
    expect(left.signal.reason).toMatchObject({ name: "AbortError" });
    expect(done.signal.aborted).toBe(false);
  });

  test("ignores the caller once the call is over", () => {
    const controller = new AbortController();
    const { signal, end } = createCallSignal({ signal: controller.signal });
    end(true);
    controller.abort();
    expect(signal.aborted).toBe(false);
  });
});

test("each call is notified of its own beginning, when its headers arrive", async () => {
  const seen: string[] = [];
  const { promise: headers, resolve } = Promise.withResolvers<Response>();
  const send = tellBeginnings(() => headers);
  const [first, second] = ["first", "second"].map((name) =>
    createCallSignal({ onBegin: () => void seen.push(name) }),
  );
  const silent = createCallSignal({});
  const calls = [silent, second].map((call) => send("http://127.0.0.1", { signal: call?.signal ?? null }));
  expect(seen).toEqual([]);
  resolve(new Response());
  await Promise.all(calls);
  expect(seen).toEqual(["second"]);
  await send("http://127.0.0.1", { signal: first?.signal ?? null });
  await send("http://127.0.0.1");
  expect(seen).toEqual(["second", "first"]);
});

test("a call without an answer is not notified", async () => {
  let begun = false;
  const send = tellBeginnings(async () => {
    throw new Error("refused");
  });
  const { signal } = createCallSignal({
    onBegin: () => {
      begun = true;
    },
  });
  await send("http://127.0.0.1", { signal }).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
  expect(begun).toBe(false);
});

import { expect, test } from "bun:test";
import { type ServerEvent, serverSentEvents } from "../../../../src/api/rest/support/sse.ts";
import { sseEvents } from "../../../support/server/sse.ts";

test("a silent stream sends comments until the next event", async () => {
  const gate = Promise.withResolvers<void>();
  async function* events(): AsyncGenerator<ServerEvent> {
    yield { event: "delta", data: "1" };
    await gate.promise;
    yield { data: "2" };
  }
  const names: string[] = [];
  for await (const { name, data } of sseEvents(
    serverSentEvents(events(), () => undefined, { keep_alive_ms: 5 }),
  )) {
    names.push(name === "comment" ? data : name);
    if (names.length === 3) gate.resolve();
  }
  expect(names.slice(0, 3)).toEqual(["delta", "keep-alive", "keep-alive"]);
  expect(names.at(-1)).toBe("");
});

test("a reader that disconnects ends the generator at once, even while an event is awaited", async () => {
  const left = Promise.withResolvers<void>();
  let ended = false;
  async function* events(): AsyncGenerator<ServerEvent> {
    try {
      yield { data: "1" };
      await left.promise;
    } finally {
      ended = true;
    }
  }
  const reader = serverSentEvents(events(), left.resolve).body?.getReader();
  await reader?.read();
  const pending = reader?.read();
  await reader?.cancel();
  await pending;
  expect(ended).toBe(true);
});

test("a stalled reader is disconnected, and its generator is ended", async () => {
  const left = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  async function* events(): AsyncGenerator<ServerEvent> {
    try {
      yield { data: "1" };
      yield { data: "2" };
    } finally {
      ended.resolve();
    }
  }
  const limits = { keep_alive_ms: 5, stalled_ms: 20 };
  const reader = serverSentEvents(events(), left.resolve, limits).body?.getReader();
  await reader?.read();
  await Promise.all([left.promise, ended.promise]);
  await expect(reader?.closed).rejects.toThrow("The reader has stalled.");
});

test("events are produced no faster than they are read", async () => {
  let produced = 0;
  async function* events(): AsyncGenerator<ServerEvent> {
    while (produced < 100) yield { data: String(++produced) };
  }
  const reader = serverSentEvents(events(), () => undefined).body?.getReader();
  await reader?.read();
  await Bun.sleep(5);
  expect(produced).toBe(1);
  await reader?.cancel();
});

import { afterEach, describe, expect, test } from "bun:test";
import { exactly } from "../../../src/domain/concurrency.ts";
import { createProviders } from "../../../src/providers/index.ts";
import { createPrices } from "../../../src/providers/prices/index.ts";
import type { Fetch } from "../../../src/providers/provider.ts";
import { createModelCalls } from "../../../src/services/model-calls/index.ts";
import { createPrometheus } from "../../../src/telemetry/prometheus.ts";
import { openStoreIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { chatAnswer, eventStream } from "../../support/upstream/scripted.ts";

const newDir = tempDirs();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const KEYS = ["key-one-0000", "key-two-0000", "key-three-0000"] as const;
const REQUEST = { model: "m", messages: [{ role: "user" as const, content: "hi" }] };
const answered = () => chatAnswer({ content: "Yes" });
const refused = (status: number, headers: Record<string, string> = {}) =>
  Response.json({ error: { message: `status ${status}` } }, { status, headers });

/** Calls of vLLM with three accounts; `answer` decides by the key. Counts the calls of each key. */
async function createCalls(
  answer: (key: string, body: string) => Response | Promise<Response>,
  accounts = 3,
) {
  const counts: Record<string, number> = {};
  const fetch: Fetch = async (_input, init) => {
    const key = new Headers(init?.headers).get("authorization")?.replace("Bearer ", "") ?? "";
    counts[key] = (counts[key] ?? 0) + 1;
    return answer(key, String(init?.body));
  };
  const base_url = "http://vllm.test/v1";
  const store = await openStoreIn(newDir());
  closing.push(store.close);
  const calls = createModelCalls({
    providers: createProviders({
      vllm: { base_url, api_key: KEYS[0] },
      further: {
        vllm: KEYS.slice(1, accounts).map((api_key, index) => ({ base_url, api_key, number: index + 2 })),
      },
      fetch,
    }),
    prices: createPrices(),
    responses: store.responses,
    concurrency: { vllm: exactly(2) },
    prometheus: createPrometheus(),
  });
  return { counts, calls, provider: calls.require("vllm", "m") };
}

describe("several accounts", () => {
  test("share the calls: the least loaded one is asked", async () => {
    const { calls, provider, counts } = await createCalls(async () => {
      await Bun.sleep(20);
      return answered();
    });
    await Promise.all(Array.from({ length: 6 }, () => calls.call(provider, REQUEST)));
    expect(counts).toEqual({ [KEYS[0]]: 2, [KEYS[1]]: 2, [KEYS[2]]: 2 });
  });

  test("have a queue each, with the provider's limit", async () => {
    const { calls } = await createCalls(answered);
    expect(calls.limitOf("vllm")).toBe(6);
    expect(calls.limitsOf("vllm")).toEqual({ now: 6, max: 6 });
  });

  test.each([429, 401, 500])(
    "stand in for one that answers %d, which then rests or is asked again",
    async (status) => {
      const { calls, provider, counts } = await createCalls((key) =>
        key === KEYS[0] ? refused(status, { "retry-after": "60" }) : answered(),
      );
      for (let count = 0; count < 5; count++)
        expect((await calls.call(provider, REQUEST)).completion.text).toBe("Yes");
      if (status !== 500) expect(counts[KEYS[0]]).toBe(1);
    },
  );

  test("stand in for a stream that was not begun", async () => {
    const { calls, provider } = await createCalls((key) =>
      key === KEYS[0]
        ? refused(429, { "retry-after": "60" })
        : eventStream([{ choices: [{ index: 0, delta: { content: "Yes" }, finish_reason: "stop" }] }]),
    );
    let text = "";
    for await (const delta of calls.stream(provider, REQUEST)) if (delta.type === "text") text += delta.text;
    expect(text).toBe("Yes");
  });

  test("are not asked one after the other what is the request's own fault", async () => {
    const { calls, provider, counts } = await createCalls(() => refused(400));
    expect(calls.call(provider, REQUEST)).rejects.toMatchObject({ reason: "invalid_request" });
    await Bun.sleep(5);
    expect(Object.values(counts)).toEqual([1]);
  });

  test("fail only if all do; the message names the variable of the account", async () => {
    const { calls, provider, counts } = await createCalls(() => refused(401));
    const failure = await calls.call(provider, REQUEST).catch((error: unknown) => error);
    expect(failure).toMatchObject({ reason: "authentication" });
    expect(String(failure)).toMatch(/VLLM_API_KEY_[23]/);
    expect(Object.values(counts)).toEqual([1, 1, 1]);
  });

  test("rest for the model alone that was refused", async () => {
    const { calls, provider, counts } = await createCalls((_key, body) =>
      body.includes('"busy"') ? refused(429, { "retry-after": "300" }) : answered(),
    );
    await calls.call(provider, { ...REQUEST, model: "busy" }).catch(() => undefined);
    await calls.call(provider, REQUEST);
    expect(Object.values(counts)).toEqual([2, 1, 1]);
  });
});

describe("a provider that is down", () => {
  test("is not asked by every call, and is tried again later", async () => {
    let down = true;
    const { calls, provider, counts } = await createCalls(() => (down ? refused(500) : answered()), 1);
    const policy = { limits: { total_ms: 3_000 } };
    const ask = () =>
      calls.call(provider, REQUEST, policy).then(
        () => "answered",
        (error: Error) => error.message,
      );
    const first = await Promise.all(Array.from({ length: 6 }, ask));
    expect(first.join()).toContain("status 500");
    const asked = counts[KEYS[0]] ?? 0;
    const refusals = await Promise.all(Array.from({ length: 50 }, ask));
    for (const message of refusals) expect(message).toContain("was not asked");
    expect(counts[KEYS[0]]).toBe(asked);
    expect(await calls.call(provider, REQUEST, policy).catch((error: unknown) => error)).toMatchObject({
      reason: "server_error",
      status: 500,
      retryable: false,
      retry_after_ms: expect.any(Number),
    });
    down = false;
    await Bun.sleep(2_500);
    expect(await ask()).toBe("answered");
    expect(await ask()).toBe("answered");
  });
});

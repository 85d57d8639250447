import { afterAll, beforeAll, expect, test } from "bun:test";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { chatAnswer, startScriptedUpstream } from "../../../support/upstream/scripted.ts";

const upstream = startScriptedUpstream();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ vllm_base_url: `${upstream.url}/v1` });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

interface Ended {
  benchmark_id: string;
  status: string;
  results: {
    runs: {
      outcomes: Record<string, number>;
      metrics: { accuracy: { value: number; n: number } };
    }[];
  };
}

/** Runs a benchmark over the starter set to its end. */
async function run(more: object = {}): Promise<Ended> {
  const { token } = server;
  const body = {
    name: "limits",
    providers: [{ provider: "vllm", model: "m" }],
    dataset: "starter",
    metrics: ["accuracy"],
    ...more,
  };
  const created = await server.request<{ benchmark_id: string }>("POST", "/v1/benchmarks", { token, body });
  const path = `/v1/benchmarks/${created.body.benchmark_id}`;
  for (;;) {
    const { body: benchmark } = await server.request<Ended>("GET", path, { token });
    if (["completed", "failed", "cancelled"].includes(benchmark.status))
      return { ...benchmark, benchmark_id: created.body.benchmark_id };
    await Bun.sleep(50);
  }
}

test("no trial is lost to an upstream that allows 30 calls in 5 s and does not say so", async () => {
  const taken: number[] = [];
  upstream.use(() => {
    const now = performance.now();
    while (taken[0] !== undefined && taken[0] < now - 5_000) taken.shift();
    if (taken.length >= 30)
      return Response.json({ error: { message: "Too many requests." } }, { status: 429 });
    taken.push(now);
    return chatAnswer({ content: "ANSWER: A" });
  });
  const { results } = await run();
  expect(results.runs[0]?.outcomes).toMatchObject({ scored: 100, provider_error: 0 });
  expect(results.runs[0]?.metrics.accuracy.n).toBe(100);
}, 120_000);

test("a trial that the provider's filter blocked is refused: it counts as wrong, not as an error", async () => {
  upstream.use((_body, hit) =>
    hit % 5 === 0
      ? Response.json(
          {
            error: {
              message: "Flagged.",
              code: "content_filter",
              innererror: { code: "ResponsibleAIPolicyViolation" },
            },
          },
          { status: 400 },
        )
      : chatAnswer({ content: "ANSWER: A" }),
  );
  const { results } = await run({ iterations: 50 });
  const [first] = results.runs;
  expect(first?.outcomes).toMatchObject({ scored: 40, refused: 10, provider_error: 0 });
  expect(first?.metrics.accuracy.n).toBe(50);
});

test("a limit that lasts for hours is an error at once, which says how long", async () => {
  upstream.use(() =>
    Response.json(
      { error: { message: "Daily limit." } },
      { status: 429, headers: { "retry-after": "36000" } },
    ),
  );
  const { results, benchmark_id } = await run({ iterations: 3 });
  expect(results.runs[0]?.outcomes).toMatchObject({ provider_error: 3 });
  expect(upstream.bodies).toHaveLength(3);
  const path = `/v1/benchmarks/${benchmark_id}/trials`;
  const trials = await server.request<{ items: { error: string }[] }>("GET", path, { token: server.token });
  expect(trials.body.items[0]?.error).toBe(
    "rate_limited: vLLM answered HTTP 429: Daily limit. (it asks to wait 10 h)",
  );
});

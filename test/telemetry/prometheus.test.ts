import { expect, test } from "bun:test";
import { createPrometheus } from "../../src/telemetry/prometheus.ts";

test("metrics are printed in Prometheus' text format, with help and type", async () => {
  const prometheus = createPrometheus();
  prometheus.requests.inc({ method: "GET", route: "/v1/datasets/:id", status: 200 });
  prometheus.requests.inc({ method: "GET", route: "/v1/datasets/:id", status: 200 });
  prometheus.provider_calls.inc({ provider: "openai", result: "rate_limited" });
  prometheus.trials.inc({ outcome: "scored" }, 5);
  prometheus.benchmarks_running.set(3);
  prometheus.websocket_connections.inc();
  const text = await prometheus.print();
  const lines = text.split("\n");
  expect(lines).toContain('http_requests_total{method="GET",route="/v1/datasets/:id",status="200"} 2');
  expect(lines).toContain('provider_calls_total{provider="openai",result="rate_limited"} 1');
  expect(lines).toContain('trials_total{outcome="scored"} 5');
  expect(lines).toContain("benchmarks_running 3");
  expect(lines).toContain("websocket_connections 1");
  expect(lines).toContain("# TYPE http_requests_total counter");
  expect(lines).toContain("# HELP provider_calls_total Calls to providers.");
  expect(prometheus.content_type).toStartWith("text/plain");
});

test("durations have buckets from a millisecond to a minute", async () => {
  const prometheus = createPrometheus();
  for (const seconds of [0.0005, 0.2, 90]) prometheus.request_seconds.observe({ route: "/health" }, seconds);
  const lines = (await prometheus.print()).split("\n");
  const bucket = (bound: string) => `http_request_duration_seconds_bucket{le="${bound}",route="/health"}`;
  expect(lines).toContain(`${bucket("0.001")} 1`);
  expect(lines).toContain(`${bucket("0.5")} 2`);
  expect(lines).toContain(`${bucket("60")} 2`);
  expect(lines).toContain(`${bucket("+Inf")} 3`);
  expect(lines).toContain('http_request_duration_seconds_sum{route="/health"} 90.2005');
});

test("the metrics of the process are included", async () => {
  const text = await createPrometheus().print();
  for (const name of [
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "nodejs_eventloop_lag_seconds",
  ])
    expect(text).toInclude(`# TYPE ${name} `);
});

test("values can be read: for a gauge its value, for a counter the sum over its labels", async () => {
  const prometheus = createPrometheus();
  prometheus.websocket_connections.set(7);
  prometheus.trials.inc({ outcome: "scored" }, 2);
  prometheus.trials.inc({ outcome: "refused" });
  expect(await prometheus.valueOf(prometheus.websocket_connections)).toBe(7);
  expect(await prometheus.valueOf(prometheus.trials)).toBe(3);
});

test("two servers in one process count separately", async () => {
  const [one, other] = [createPrometheus(), createPrometheus()];
  one.benchmarks_running.set(5);
  expect(await other.valueOf(other.benchmarks_running)).toBe(0);
});

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Creates the metrics for Prometheus. Each server has its own registry, so that one process can run several. */
export function createPrometheus() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    requests: new Counter({
      name: "http_requests_total",
      help: "Requests answered.",
      labelNames: ["method", "route", "status"],
      registers,
    }),
    request_seconds: new Histogram({
      name: "http_request_duration_seconds",
      help: "Time from a request's arrival to its answer, in seconds.",
      labelNames: ["route"],
      buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
      registers,
    }),
    provider_calls: new Counter({
      name: "provider_calls_total",
      help: "Calls to providers.",
      labelNames: ["provider", "result"],
      registers,
    }),
    trials: new Counter({
      name: "trials_total",
      help: "Trials settled.",
      labelNames: ["outcome"],
      registers,
    }),
    benchmarks_running: new Gauge({
      name: "benchmarks_running",
      help: "Benchmarks that are running.",
      registers,
    }),
    websocket_connections: new Gauge({ name: "websocket_connections", help: "Open WebSockets.", registers }),
    content_type: registry.contentType,
    print: () => registry.metrics(),
    /** Returns the current value of a gauge, or the sum of a counter over all labels. */
    async valueOf(metric: Gauge | Counter): Promise<number> {
      return (await metric.get()).values.reduce((sum, { value }) => sum + value, 0);
    },
  };
}

export type Prometheus = ReturnType<typeof createPrometheus>;

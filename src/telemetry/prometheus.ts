import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What the process counts for Prometheus. One registry a server, so that tests can run several. */
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
      help: "From a request's arrival to its answer.",
      labelNames: ["route"],
      buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
      registers,
    }),
    provider_calls: new Counter({
      name: "provider_calls_total",
      help: "Calls of models.",
      labelNames: ["provider", "result"],
      registers,
    }),
    trials: new Counter({
      name: "trials_total",
      help: "Trials settled.",
      labelNames: ["outcome"],
      registers,
    }),
    benchmarks_running: new Gauge({ name: "benchmarks_running", help: "Benchmarks at work now.", registers }),
    websocket_connections: new Gauge({ name: "websocket_connections", help: "Open WebSockets.", registers }),
    content_type: registry.contentType,
    print: () => registry.metrics(),
    /** The present value of a gauge or an unlabelled sum of a counter. */
    async valueOf(metric: Gauge | Counter): Promise<number> {
      return (await metric.get()).values.reduce((sum, { value }) => sum + value, 0);
    },
  };
}

export type Prometheus = ReturnType<typeof createPrometheus>;

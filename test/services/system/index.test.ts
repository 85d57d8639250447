import { afterEach, expect, test } from "bun:test";
import { type BusEvent, createEventBus, type EventBus } from "../../../src/events.ts";
import { createSystem, type System } from "../../../src/services/system/index.ts";
import { createPrometheus, type Prometheus } from "../../../src/telemetry/prometheus.ts";

const EVERY_MS = 60;

type Metrics = Extract<BusEvent, { topic: "system.metrics" }>["data"];

let system: System | undefined;
afterEach(() => system?.stop());

function create(): { bus: EventBus; prometheus: Prometheus; system: System } {
  const bus = createEventBus();
  const prometheus = createPrometheus();
  system = createSystem({ bus, prometheus, metrics_ms: EVERY_MS, storageFault: () => null });
  return { bus, prometheus, system };
}

/** Resolves to the data of the next event. */
const nextMetrics = (bus: EventBus): Promise<Metrics> =>
  new Promise((resolve) => {
    const end = bus.subscribe("system.metrics", (event) => {
      end();
      if (event.topic === "system.metrics") resolve(event.data);
    });
  });

function hold(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test("health reports the version and the uptime", async () => {
  const { system: up } = create();
  expect(up.health()).toEqual({
    status: "healthy",
    version: up.version(),
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    uptime_seconds: 0,
  });
});

test("it is ready until `drain`", () => {
  const { system: up } = create();
  expect(up.readiness()).toEqual({ ready: true });
  up.drain();
  expect(up.readiness()).toEqual({ ready: false, reason: "The server is stopping." });
});

test("the metrics are those of this process and its counters", async () => {
  const { bus, prometheus, system: up } = create();
  prometheus.websocket_connections.set(3);
  prometheus.benchmarks_running.set(2);
  prometheus.trials.inc({ outcome: "scored" }, 5);
  prometheus.trials.inc({ outcome: "refused" }, 2);
  up.start();
  const metrics = await nextMetrics(bus);
  expect(metrics).toMatchObject({ websocket_connections: 3, benchmarks_running: 2, trials_settled: 7 });
  expect(metrics.memory_rss_bytes).toBeGreaterThan(10_000_000);
  expect(metrics.uptime_seconds).toBeGreaterThan(0);
});

test("a new listener receives the metrics of the last interval, not of all time before", async () => {
  const { bus, system: up } = create();
  up.start();
  await Bun.sleep(30);
  hold(400);
  const held = await nextMetrics(bus);
  expect(held.event_loop_delay_ms).toBeGreaterThan(350);
  expect(held.cpu_percent).toBeGreaterThan(10);
  hold(1_000);
  // Nobody listens while the interval of that hold ends.
  await Bun.sleep(2 * EVERY_MS);
  const later = await nextMetrics(bus);
  expect(later.event_loop_delay_ms).toBeLessThan(held.event_loop_delay_ms);
});

test("nothing is published without listeners, nor after `stop`", async () => {
  const { bus, system: up } = create();
  let published = 0;
  const { publish } = bus;
  bus.publish = (event) => {
    published++;
    publish(event);
  };
  up.start();
  await Bun.sleep(3 * EVERY_MS);
  expect(published).toBe(0);
  await nextMetrics(bus);
  expect(published).toBe(1);
  up.stop();
  bus.subscribe("system.metrics", () => undefined);
  await Bun.sleep(3 * EVERY_MS);
  expect(published).toBe(1);
});

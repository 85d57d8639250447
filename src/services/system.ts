import { now } from "../domain/fields.ts";
import type { Health, Readiness } from "../domain/health.ts";
import { authorize, type Caller } from "../domain/permissions.ts";
import { VERSION } from "../domain/version.ts";
import type { EventBus } from "../events.ts";
import type { Prometheus } from "../telemetry/prometheus.ts";

const METRICS_MS = 5_000;
const PULSE_MS = 500;

/** The server about itself: alive, ready, and how it is doing. */
export function createSystem(bus: EventBus, prometheus: Prometheus) {
  const started = performance.now();
  let cpu = process.cpuUsage();
  let measured = started;
  let worst_delay_ms = 0;
  let due = 0;
  let stopping = false;

  /** How late a timer comes is how long something held the event loop. */
  function pulse(): void {
    const moment = performance.now();
    worst_delay_ms = Math.max(worst_delay_ms, moment - due);
    due = moment + PULSE_MS;
  }

  function cpuPercent(): number {
    const moment = performance.now();
    const { user, system } = process.cpuUsage(cpu);
    const percent = (user + system) / 10 / (moment - measured);
    cpu = process.cpuUsage();
    measured = moment;
    return percent;
  }

  async function publishMetrics(): Promise<void> {
    if (!bus.hasListeners("system.metrics")) return;
    const data = {
      cpu_percent: cpuPercent(),
      memory_rss_bytes: process.memoryUsage.rss(),
      event_loop_delay_ms: worst_delay_ms,
      websocket_connections: await prometheus.valueOf(prometheus.websocket_connections),
      benchmarks_running: await prometheus.valueOf(prometheus.benchmarks_running),
      trials_settled: await prometheus.valueOf(prometheus.trials),
      uptime_seconds: uptime(),
    };
    worst_delay_ms = 0;
    bus.publish({ topic: "system.metrics", data, timestamp: Date.now() });
  }

  const uptime = () => (performance.now() - started) / 1000;
  const timers: ReturnType<typeof setInterval>[] = [];

  return {
    health: (): Health => ({
      status: "healthy",
      version: VERSION,
      timestamp: now(),
      uptime_seconds: Math.floor(uptime()),
    }),
    readiness: (): Readiness =>
      stopping ? { ready: false, reason: "The server is stopping." } : { ready: true },
    version: (): string => VERSION,
    authorizeMetrics: (caller: Caller): void => authorize(caller, "system.read"),
    async metrics(): Promise<{ text: string; content_type: string }> {
      return { text: await prometheus.print(), content_type: prometheus.content_type };
    },
    /** Starts to publish `system.metrics` every five seconds while anybody listens. */
    start(): void {
      due = performance.now() + PULSE_MS;
      timers.push(setInterval(pulse, PULSE_MS), setInterval(publishMetrics, METRICS_MS));
      for (const timer of timers) timer.unref();
    },
    /** From now on `/ready` says no. */
    drain(): void {
      stopping = true;
    },
    stop(): void {
      for (const timer of timers.splice(0)) clearInterval(timer);
    },
  };
}

export type System = ReturnType<typeof createSystem>;

import { monitorEventLoopDelay } from "node:perf_hooks";
import { now } from "../../base/time.ts";
import { VERSION } from "../../base/version.ts";
import type { Health, Readiness } from "../../domain/health.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { EventBus } from "../../events.ts";
import type { Prometheus } from "../../telemetry/prometheus.ts";

const METRICS_MS = 5_000;
const PULSE_MS = 20;

export interface SystemOptions {
  bus: EventBus;
  prometheus: Prometheus;
  /** How often the load is published, in milliseconds. */
  metrics_ms?: number;
  /** Returns why nothing can be stored now, as a sentence; null if nothing is known against it. */
  storageFault(): string | null;
}

/** Reports on the server itself: its health, its readiness and, every `metrics_ms`, its load. */
export function createSystem({ bus, prometheus, metrics_ms = METRICS_MS, storageFault }: SystemOptions) {
  const started = performance.now();
  const delay = monitorEventLoopDelay({ resolution: PULSE_MS });
  let cpu = process.cpuUsage();
  let measured = started;
  let stopping = false;

  /** Returns the CPU use since the last call, in per cent of one core. */
  function cpuPercent(): number {
    const moment = performance.now();
    const { user, system } = process.cpuUsage(cpu);
    const percent = (user + system) / 10 / (moment - measured);
    cpu = process.cpuUsage();
    measured = moment;
    return percent;
  }

  /** Returns the longest delay of the event loop since the last call, in milliseconds. */
  function eventLoopDelay(): number {
    const worst_ms = delay.max / 1e6;
    delay.reset();
    return worst_ms;
  }

  async function publishMetrics(): Promise<void> {
    // Measured even without listeners: a new listener receives the last interval, not all time before it.
    const cpu_percent = cpuPercent();
    const event_loop_delay_ms = eventLoopDelay();
    if (!bus.hasListeners("system.metrics")) return;
    const data = {
      cpu_percent,
      memory_rss_bytes: process.memoryUsage.rss(),
      event_loop_delay_ms,
      websocket_connections: await prometheus.valueOf(prometheus.websocket_connections),
      benchmarks_running: await prometheus.valueOf(prometheus.benchmarks_running),
      trials_settled: await prometheus.valueOf(prometheus.trials),
      uptime_seconds: uptime(),
    };
    bus.publish({ topic: "system.metrics", data, timestamp: Date.now() });
  }

  const uptime = () => (performance.now() - started) / 1000;
  let timer: ReturnType<typeof setInterval> | undefined;

  return {
    health: (): Health => ({
      status: "healthy",
      version: VERSION,
      timestamp: now(),
      uptime_seconds: Math.floor(uptime()),
    }),
    readiness(): Readiness {
      const reason = stopping ? "The server is stopping." : storageFault();
      return reason === null ? { ready: true } : { ready: false, reason };
    },
    version: (): string => VERSION,
    authorizeMetrics: (caller: Caller): void => authorize(caller, "system.read"),
    async metrics(): Promise<{ text: string; content_type: string }> {
      return { text: await prometheus.print(), content_type: prometheus.content_type };
    },
    /** Starts to measure, and to publish `system.metrics` while there are listeners. */
    start(): void {
      delay.enable();
      timer = setInterval(publishMetrics, metrics_ms);
      timer.unref();
    },
    /** Makes `/ready` report false from now on. */
    drain(): void {
      stopping = true;
    },
    stop(): void {
      delay.disable();
      clearInterval(timer);
    },
  };
}

export type System = ReturnType<typeof createSystem>;

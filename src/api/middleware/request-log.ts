import { Elysia } from "elysia";
import type { EventBus } from "../../events.ts";
import type { Log } from "../../telemetry/log.ts";
import type { Prometheus } from "../../telemetry/prometheus.ts";
import { contextOf } from "./request-context.ts";

/** Paths that machines poll every few seconds. They are logged at the debug level. */
const QUIET = new Set(["/health", "/v1/health", "/ready", "/metrics"]);

const callerName = (kind: string, id: string): string => (kind === "anonymous" ? kind : `${kind}:${id}`);

/** Logs one line per request, without its query and body, which may hold secrets. */
export const requestLog = (log: Log, bus: EventBus, prometheus: Prometheus) =>
  new Elysia({ name: "request-log" })
    .onAfterResponse(({ request, route, set }) => {
      const { request_id, started_at, path, caller } = contextOf(request);
      const status = Number(set.status ?? 200);
      const duration_ms = performance.now() - started_at;
      const line = {
        request_id,
        method: request.method,
        path,
        status,
        duration_ms,
        caller: callerName(caller.kind, caller.id),
      };
      log[QUIET.has(path) ? "debug" : "info"](line, "request");
      prometheus.requests.inc({ method: request.method, route: route ?? "unknown", status });
      prometheus.request_seconds.observe({ route: route ?? "unknown" }, duration_ms / 1000);
      if (bus.hasListeners("request.logs"))
        bus.publish({ topic: "request.logs", data: line, timestamp: Date.now() });
    })
    .as("global");

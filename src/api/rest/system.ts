import { Elysia } from "elysia";
import { Health, Readiness } from "../../domain/health.ts";
import type { System } from "../../services/system/index.ts";
import { callerContext, contextOf } from "../middleware/request-context.ts";
import { describe } from "./support/describe.ts";

const health = describe({
  tag: "System",
  summary: "Whether the server is alive",
  answer: Health,
  open: true,
});

/** Loopback may read the metrics while no proxy could be standing in for it. */
const isLocal = (address: string, headers: Headers, trust_proxy: number): boolean =>
  trust_proxy === 0 &&
  ["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(address) &&
  !["x-forwarded-for", "forwarded", "x-real-ip"].some((name) => headers.has(name));

export const systemRoutes = (system: System, trust_proxy: number) =>
  new Elysia({ name: "rest/system" })
    .use(callerContext)
    .get("/health", () => system.health(), health)
    .get("/v1/health", () => system.health(), health)
    .get(
      "/ready",
      ({ set }) => {
        const readiness = system.readiness();
        if (!readiness.ready) set.status = 503;
        return readiness;
      },
      describe({
        tag: "System",
        summary: "Whether new work is taken",
        answer: Readiness,
        open: true,
        errors: ["SERVICE_UNAVAILABLE"],
      }),
    )
    .get(
      "/metrics",
      async ({ caller, request }) => {
        if (!isLocal(contextOf(request).address(), request.headers, trust_proxy))
          system.authorizeMetrics(caller);
        const { content_type, text } = await system.metrics();
        return new Response(text, { headers: { "content-type": content_type } });
      },
      { detail: { hide: true } },
    );

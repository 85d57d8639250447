import { Elysia } from "elysia";
import { hostOf, LOOPBACK_HOSTS } from "../../base/hosts.ts";
import { Health, Readiness } from "../../domain/health.ts";
import type { System } from "../../services/system/index.ts";
import { callerContext, contextOf } from "../middleware/request-context.ts";
import { describe } from "./support/describe.ts";

const LOOPBACK_ADDRESSES = ["127.0.0.1", "::1", "::ffff:127.0.0.1"];

/**
 * Tells whether a request comes from this machine, and neither from a proxy on it that forwards for others nor from a
 * web page whose own host name points here.
 */
const isLocal = (address: string, headers: Headers, trust_proxy: number): boolean =>
  trust_proxy === 0 &&
  LOOPBACK_ADDRESSES.includes(address) &&
  LOOPBACK_HOSTS.includes(hostOf(headers.get("host") ?? "localhost")) &&
  !["x-forwarded-for", "forwarded", "x-real-ip"].some((name) => headers.has(name));

export const systemRoutes = (system: System, trust_proxy: number) =>
  new Elysia({ name: "rest/system" })
    .use(callerContext)
    .get("/health", () => system.health(), describe("getHealth", { answer: Health, open: true }))
    .get("/v1/health", () => system.health(), describe("getApiHealth", { answer: Health, open: true }))
    .get(
      "/ready",
      ({ set }) => {
        const readiness = system.readiness();
        if (!readiness.ready) set.status = 503;
        return readiness;
      },
      describe("getReadiness", { answer: Readiness, open: true, errors: ["SERVICE_UNAVAILABLE"] }),
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

import { Elysia } from "elysia";
import { badField } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { ANONYMOUS, type Caller } from "../../domain/permissions.ts";
import type { Credentials } from "../../services/accounts/sessions.ts";

/** The rate limiter's decision on one request. */
export interface RateVerdict {
  allowed: boolean;
  remaining: number;
  /** The end of the window, in Unix seconds. */
  reset: number;
  /** Whole seconds to wait before the next attempt. */
  retry_after: number;
}

/** What is known about a request before it is parsed and routed. */
export interface RequestContext {
  request_id: string;
  started_at: number;
  path: string;
  /** The client's address, or an empty string for the control socket. A function, because it needs a system call. */
  address(): string;
  caller: Caller;
  /** The credentials that identified the caller. */
  credentials?: Credentials;
  /** Set once the request is counted. */
  verdict?: RateVerdict;
}

const REQUEST_ID = /^[A-Za-z0-9_-]{1,64}$/;
const contexts = new WeakMap<Request, RequestContext>();

/** Returns the index at which a URL's path begins. An HTTP/1.0 request may have no host, only a path. */
const pathStart = (url: string): number =>
  url.startsWith("/") ? 0 : url.indexOf("/", url.indexOf("://") + 3);

/**
 * Returns the path of a URL without a final slash, which the router ignores. Parses no more than the path, because this
 * runs for every request.
 */
export function pathOf(url: string): string {
  const start = pathStart(url);
  if (start === -1) return "/";
  const query = url.indexOf("?", start);
  const path = query === -1 ? url.slice(start) : url.slice(start, query);
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** Parses a request's URL. Its host is replaced, because a client may send any text as the host. */
export const urlOf = ({ url }: Request): URL => new URL(url, "http://localhost");

function requestId(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && REQUEST_ID.test(given) ? given : newId();
}

/** Creates the context of a request. A request that does not come from the network already has a `caller`. */
export function openContext(
  request: Request,
  address: RequestContext["address"],
  caller: Caller = ANONYMOUS,
): RequestContext {
  const context: RequestContext = {
    request_id: requestId(request),
    started_at: performance.now(),
    path: pathOf(request.url),
    address,
    caller,
  };
  contexts.set(request, context);
  return context;
}

const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/**
 * Throws BAD_REQUEST for a malformed Host header. Bun puts the header unchecked into the request's URL: with a slash
 * or a question mark in it, `pathOf` would find another path than the router.
 */
function refuseBadHost({ headers }: Request): void {
  const host = headers.get("host");
  if (host === null || (HOST.test(host) && URL.canParse(`http://${host}/`))) return;
  throw badField("Host", "must be a host name or an address, with or without a port");
}

/** The address of a request that does not come from the network. */
export const noAddress = (): string => "";

export function contextOf(request: Request): RequestContext {
  return contexts.get(request) ?? openContext(request, noAddress);
}

/**
 * Returns the client's address. Behind `trust_proxy` proxies it is the address that the outermost proxy saw, counted
 * from the right of `X-Forwarded-For`: the client may have invented the addresses further left.
 */
export function addressOf(peer: string, forwarded: string | null, trust_proxy: number): string {
  if (trust_proxy === 0 || forwarded === null) return peer;
  const hops = forwarded.split(",").map((hop) => hop.trim());
  return hops.at(-trust_proxy) || hops[0] || peer;
}

/** Gives each request its id, and each response the headers `X-Request-Id` and `X-API-Version`. */
export const requestContext = (trust_proxy: number) =>
  new Elysia({ name: "request-context" })
    .onRequest(({ request, set, server }) => {
      let context = contexts.get(request);
      if (!context) {
        context = openContext(request, () => {
          const peer = server?.requestIP(request)?.address ?? "";
          return addressOf(peer, request.headers.get("x-forwarded-for"), trust_proxy);
        });
      }
      set.headers["x-request-id"] = context.request_id;
      set.headers["x-api-version"] = "1";
      refuseBadHost(request);
    })
    .as("global");

/** Gives a router's handlers their `caller`. */
export const callerContext = new Elysia({ name: "caller-context" }).derive(
  { as: "scoped" },
  ({ request }) => ({ caller: contextOf(request).caller }),
);

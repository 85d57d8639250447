import { Elysia } from "elysia";
import { badField } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { ANONYMOUS, type Caller } from "../../domain/permissions.ts";
import type { Credentials } from "../../services/accounts/sessions.ts";

/** What the limiter said of one request. */
export interface RateVerdict {
  allowed: boolean;
  remaining: number;
  /** Unix seconds at which the window ends. */
  reset: number;
  /** Whole seconds after which to try again. */
  retry_after: number;
}

/** What is known of a request from its first moment, before it is parsed or routed. */
export interface RequestContext {
  request_id: string;
  started_at: number;
  path: string;
  /** The client's address; of requests through the control socket empty. Asked for by few, and a system call. */
  address(): string;
  caller: Caller;
  /** What the caller was known by, if by anything. */
  credentials?: Credentials;
  /** Set once the rate limit was asked. */
  verdict?: RateVerdict;
}

const REQUEST_ID = /^[A-Za-z0-9_-]{1,64}$/;
const contexts = new WeakMap<Request, RequestContext>();

/** Where the path of a URL begins. Of HTTP/1.0, which needs no host, it is all that there is. */
const pathStart = (url: string): number =>
  url.startsWith("/") ? 0 : url.indexOf("/", url.indexOf("://") + 3);

/**
 * The path of a URL, without parsing all of it: this runs for every request. A slash at its end is left out, as
 * the router ignores it.
 */
export function pathOf(url: string): string {
  const start = pathStart(url);
  if (start === -1) return "/";
  const query = url.indexOf("?", start);
  const path = query === -1 ? url.slice(start) : url.slice(start, query);
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** All that a request's URL asks for, its host aside. */
export const urlOf = ({ url }: Request): URL => new URL(url, "http://localhost");

function requestId(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && REQUEST_ID.test(given) ? given : newId();
}

/** Starts the record of a request; whoever hands requests in by other ways than the network says who is calling. */
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
 * A request's URL begins with what its client wrote as the host, unchecked: with a slash or a question mark in it
 * the path would be another than the one that is routed.
 */
function refuseBadHost({ headers }: Request): void {
  const host = headers.get("host");
  if (host === null || (HOST.test(host) && URL.canParse(`http://${host}/`))) return;
  throw badField("Host", "must be a host's name or address, with a port or without");
}

/** Of requests that come by no network. */
export const noAddress = (): string => "";

export function contextOf(request: Request): RequestContext {
  return contexts.get(request) ?? openContext(request, noAddress);
}

/**
 * The address a request came from. Behind `trust_proxy` proxies it is the one that the outermost of them
 * saw, counted from the right: what stands further left the client may have made up.
 */
export function addressOf(peer: string, forwarded: string | null, trust_proxy: number): string {
  if (trust_proxy === 0 || forwarded === null) return peer;
  const hops = forwarded.split(",").map((hop) => hop.trim());
  return hops.at(-trust_proxy) || hops[0] || peer;
}

/** Gives each request its id and stamps every response. */
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

/** Gives a controller's handlers their `caller`. */
export const callerContext = new Elysia({ name: "caller-context" }).derive(
  { as: "scoped" },
  ({ request }) => ({ caller: contextOf(request).caller }),
);

import { Elysia } from "elysia";
import { parseJson } from "../../base/json/json.ts";
import type { Log } from "../../telemetry/log.ts";
import { contextOf, openContext, urlOf } from "../middleware/request-context.ts";
import type { PageFiles } from "../pages/files.ts";
import { graphiqlFiles, graphiqlPage } from "../pages/graphiql.ts";
import type { GraphqlServices } from "./resolvers.ts";

export interface GraphqlOptions {
  services: GraphqlServices;
  log: Log;
  files: PageFiles;
  /** Whether callers without credentials may read the schema. */
  public_introspection: boolean;
}

/** Yoga's media types besides JSON. A client that accepts none of them gets JSON and no 406, as from REST. */
const OTHER_MEDIA_TYPES = /application\/graphql-response\+json|text\/event-stream/i;

/** Throws BAD_REQUEST for bad JSON in a GET request's URL. For malformed JSON Yoga would report an internal error. */
function refuseBadJson(parameters: URLSearchParams): void {
  for (const field of ["variables", "extensions"]) parseJson(parameters.get(field) || "{}", field);
}

/** Returns the request for Yoga, with the same caller and id. Its body has been read and limited by the middleware. */
function forward(request: Request, body: unknown): Request {
  const { request_id, address, caller } = contextOf(request);
  const { method, signal } = request;
  const headers = new Headers(request.headers);
  headers.set("x-request-id", request_id);
  headers.set("content-type", "application/json");
  if (!OTHER_MEDIA_TYPES.test(headers.get("accept") ?? "")) headers.set("accept", "application/json");
  const { search, searchParams } = urlOf(request);
  refuseBadJson(searchParams);
  const init = method === "GET" ? {} : { body: JSON.stringify(body ?? null) };
  const forwarded = new Request(`http://localhost/graphql${search}`, { method, headers, signal, ...init });
  openContext(forwarded, address, caller);
  return forwarded;
}

const isBrowser = (request: Request): boolean =>
  request.headers.get("accept")?.includes("text/html") ?? false;

/** Serves GraphQL at /graphql, and its playground to browsers. The first query loads Yoga, which takes 17 MB. */
export function graphql({ services, log, files, public_introspection }: GraphqlOptions) {
  let loading: ReturnType<typeof load> | undefined;

  async function load() {
    const { createYogaApp } = await import("./yoga.ts");
    return createYogaApp({ services, log, public_introspection });
  }

  async function answer(request: Request, body?: unknown): Promise<Response> {
    loading ??= load();
    const yoga = await loading;
    return yoga.handle(forward(request, body));
  }

  const hidden = { detail: { hide: true } };
  return new Elysia({ name: "graphql" })
    .get("/graphql", ({ request }) => (isBrowser(request) ? graphiqlPage() : answer(request)), hidden)
    .post("/graphql", ({ request, body }) => answer(request, body), hidden)
    .use(graphiqlFiles(files));
}

import { Elysia } from "elysia";
import { badField } from "../../base/errors.ts";
import type { Log } from "../../telemetry/log.ts";
import { contextOf, openContext, urlOf } from "../middleware/request-context.ts";
import type { PageFiles } from "../pages/files.ts";
import { graphiqlFiles, graphiqlPage } from "../pages/graphiql.ts";
import type { GraphqlServices } from "./resolvers.ts";

export interface GraphqlOptions {
  services: GraphqlServices;
  log: Log;
  files: PageFiles;
}

/** The answers besides plain JSON that Yoga has; whoever can take neither gets JSON, as REST gives it, and no 406. */
const OTHER_ANSWERS = /application\/graphql-response\+json|text\/event-stream/i;

/** GET has its variables as JSON in the URL, and Yoga takes what is not JSON for a failure of its own. */
function refuseBadJson(parameters: URLSearchParams): void {
  for (const field of ["variables", "extensions"]) {
    try {
      JSON.parse(parameters.get(field) || "{}");
    } catch (cause) {
      throw badField(field, "is not valid JSON", {}, { cause });
    }
  }
}

/** The request as Yoga gets it: its body as our own parser read it within its limits, its caller and id kept. */
function forward(request: Request, body: unknown): Request {
  const { request_id, address, caller } = contextOf(request);
  const { method, signal } = request;
  const headers = new Headers(request.headers);
  headers.set("x-request-id", request_id);
  headers.set("content-type", "application/json");
  if (!OTHER_ANSWERS.test(headers.get("accept") ?? "")) headers.set("accept", "application/json");
  const { search, searchParams } = urlOf(request);
  refuseBadJson(searchParams);
  const init = method === "GET" ? {} : { body: JSON.stringify(body ?? null) };
  const forwarded = new Request(`http://localhost/graphql${search}`, { method, headers, signal, ...init });
  openContext(forwarded, address, caller);
  return forwarded;
}

const isBrowser = (request: Request): boolean =>
  request.headers.get("accept")?.includes("text/html") ?? false;

/** GraphQL at /graphql, and its playground for browsers. Yoga is loaded by the first query: it weighs 17 MB. */
export function graphql({ services, log, files }: GraphqlOptions) {
  let loading: ReturnType<typeof load> | undefined;

  async function load() {
    const { createYogaApp } = await import("./yoga.ts");
    return createYogaApp(services, log);
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

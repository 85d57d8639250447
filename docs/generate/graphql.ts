import sdl from "../../src/api/graphql/schema.graphql" with { type: "text" };
import { fence, page } from "./markdown.ts";

/** `docs/reference/graphql.md`. */
export const graphqlPage = (): string =>
  page("GraphQL", [
    "`POST /graphql` takes queries, and `GET /graphql` shows the GraphiQL page. Credentials are those of [REST](rest.md); `version` and `health` need none. In production, introspection needs them: only callers with credentials see the schema.",
    "The answer to a query is 200. Its faults stand in `errors`, each with `extensions.code` (see [errors](errors.md)), `extensions.details` and `extensions.request_id`. A body that is not a query, or bad credentials, get REST's envelope and status.",
    "Names are REST's in camelCase; what they mean is in [REST bodies and answers](schemas.md).",
    "## Schema",
    fence("graphql", sdl),
  ]);

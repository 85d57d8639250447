import sdl from "../../src/api/graphql/schema.graphql" with { type: "text" };
import { fence, page } from "./markdown.ts";

/** `docs/reference/graphql.md`. */
export const graphqlPage = (): string =>
  page("GraphQL", [
    "`POST /graphql` takes queries, and `GET /graphql` shows the GraphiQL page. Credentials are those of [REST](rest.md); `version` and `health` need none. In production, only callers with credentials can read the schema.",
    "The answer to a query has the status 200. Its faults are in `errors`, each with `extensions.code` (see [errors](errors.md)), `extensions.details` and `extensions.request_id`. If the body is not a query, or the credentials are not valid, the answer has the error format and the status of REST.",
    "Names are those of REST, in camelCase. [REST bodies and answers](schemas.md) explains them.",
    "## Schema",
    fence("graphql", sdl),
  ]);

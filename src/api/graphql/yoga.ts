import { yoga } from "@elysiajs/graphql-yoga";
import { EnvelopArmor } from "@escape.tech/graphql-armor";
import { Elysia } from "elysia";
import type { Log } from "../../telemetry/log.ts";
import { contextOf } from "../middleware/request-context.ts";
import { boundedAnswers } from "./answer-size.ts";
import { publicErrors } from "./errors.ts";
import { introspectionForKnown } from "./introspection.ts";
import { createQueryBudget } from "./query-budget.ts";
import { createResolvers, type GraphqlServices } from "./resolvers.ts";
import typeDefs from "./schema.graphql" with { type: "text" };

/**
 * Limits far above the needs of the schema, and far below what could harm the server. Suggestions stay on:
 * `introspection.ts` removes them where the schema is not shown.
 */
const LIMITS = {
  maxDepth: { n: 8 },
  maxAliases: { n: 15 },
  maxDirectives: { n: 20 },
  maxTokens: { n: 1000 },
  costLimit: { maxCost: 1000 },
  blockFieldSuggestion: { enabled: false },
};

interface YogaOptions {
  services: GraphqlServices;
  log: Log;
  /** Whether callers without credentials may read the schema. */
  public_introspection: boolean;
}

/** Creates Yoga with the schema on a separate Elysia app. Only `index.ts` loads this file, with the first query. */
export function createYogaApp({ services, log, public_introspection }: YogaOptions) {
  const introspection = public_introspection ? [] : [introspectionForKnown()];
  return new Elysia().use(
    yoga({
      typeDefs,
      resolvers: createResolvers(services),
      context: ({ request }: { request: Request }) => ({
        caller: contextOf(request).caller,
        budget: createQueryBudget(),
      }),
      plugins: [
        ...new EnvelopArmor(LIMITS).protect().plugins,
        ...introspection,
        boundedAnswers,
        publicErrors(log),
      ],
      maskedErrors: false,
      logging: false,
      batching: false,
      multipart: false,
      graphiql: false,
      landingPage: false,
      // The cache would keep 1,000 queries of up to 1 MiB each.
      parserAndValidationCache: false,
    }),
  );
}

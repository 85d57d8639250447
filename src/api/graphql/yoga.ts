import { yoga } from "@elysiajs/graphql-yoga";
import { EnvelopArmor } from "@escape.tech/graphql-armor";
import { Elysia } from "elysia";
import type { Log } from "../../telemetry/log.ts";
import { contextOf } from "../middleware/request-context.ts";
import { publicErrors } from "./errors.ts";
import { createResolvers, type GraphqlServices } from "./resolvers.ts";
import typeDefs from "./schema.graphql" with { type: "text" };

/** Far above what the schema can use, far below what could be made to hurt. Names are public, so hints may stay. */
const LIMITS = {
  maxDepth: { n: 8 },
  maxAliases: { n: 15 },
  maxDirectives: { n: 20 },
  maxTokens: { n: 1000 },
  costLimit: { maxCost: 1000 },
  blockFieldSuggestion: { enabled: false },
};

/** Yoga and the schema on an Elysia of their own. Nothing but `index.ts` loads this file, and not before it is asked. */
export function createYogaApp(services: GraphqlServices, log: Log) {
  return new Elysia().use(
    yoga({
      typeDefs,
      resolvers: createResolvers(services),
      context: ({ request }: { request: Request }) => ({ caller: contextOf(request).caller }),
      plugins: [...new EnvelopArmor(LIMITS).protect().plugins, publicErrors(log)],
      maskedErrors: false,
      logging: false,
      batching: false,
      multipart: false,
      graphiql: false,
      landingPage: false,
      // It would keep a thousand queries of up to a MiB each.
      parserAndValidationCache: false,
    }),
  );
}

import { Elysia } from "elysia";
import { MetricListing } from "../../domain/metric.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import { ProviderListing } from "../../domain/provider.ts";
import type { MetricCatalogue } from "../../services/catalogues/metrics.ts";
import type { ProviderCatalogue } from "../../services/catalogues/providers.ts";
import { callerContext } from "../middleware/request-context.ts";
import { describe } from "./support/describe.ts";
import { paged } from "./support/input.ts";

export const catalogueRoutes = (providers: ProviderCatalogue, metrics: MetricCatalogue) =>
  new Elysia({ name: "rest/catalogues", prefix: "/v1" })
    .use(callerContext)
    .get("/providers", ({ caller, query }) => providers.list(caller, pageRequest(query)), {
      ...paged,
      ...describe("listProviders", { answer: PageOf(ProviderListing), errors: ["BAD_REQUEST"] }),
    })
    .get("/metrics", ({ caller, query }) => metrics.list(caller, pageRequest(query)), {
      ...paged,
      ...describe("listMetrics", { answer: PageOf(MetricListing), errors: ["BAD_REQUEST"] }),
    });

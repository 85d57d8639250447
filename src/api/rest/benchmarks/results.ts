import { Elysia } from "elysia";
import { CurrentResults } from "../../../domain/benchmarks/benchmark.ts";
import { IdParams } from "../../../domain/fields.ts";
import type { CurrentBenchmarkResults } from "../../../services/benchmarks/current-results.ts";
import { callerContext } from "../../middleware/request-context.ts";
import { describe } from "../support/describe.ts";

export const resultRoutes = (results: CurrentBenchmarkResults) =>
  new Elysia({ name: "rest/results", prefix: "/v1/benchmarks" })
    .use(callerContext)
    .get("/:id/results", ({ caller, params }) => results.get(caller, params.id), {
      params: IdParams,
      ...describe("getResults", { answer: CurrentResults, errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"] }),
    });

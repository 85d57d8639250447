import { Elysia, t } from "elysia";
import { BenchmarkComparison } from "../../../domain/benchmarks/comparison.ts";
import { Id } from "../../../domain/fields.ts";
import type { BenchmarkComparisons } from "../../../services/benchmarks/comparisons.ts";
import { callerContext } from "../../middleware/request-context.ts";
import { describe } from "../support/describe.ts";
import { withQuery } from "../support/input.ts";

const RunQuery = t.Object(
  {
    run: t.Optional(t.String({ description: "the label of a run of the first benchmark" })),
    other_run: t.Optional(t.String({ description: "the label of a run of the other benchmark" })),
  },
  { additionalProperties: false },
);

export const benchmarkComparisonRoutes = (comparisons: BenchmarkComparisons) =>
  new Elysia({ name: "rest/benchmark-comparisons", prefix: "/v1/benchmarks" })
    .use(callerContext)
    .get(
      "/:id/compare/:other",
      ({ caller, params, query }) =>
        comparisons.compare(caller, params.id, { ...query, other: params.other }),
      {
        params: t.Object({ id: Id, other: Id }),
        ...withQuery(RunQuery),
        ...describe("compareBenchmarks", {
          answer: BenchmarkComparison,
          errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
        }),
      },
    );

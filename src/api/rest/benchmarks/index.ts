import { Elysia } from "elysia";
import {
  Benchmark,
  BenchmarkListing,
  CreateBenchmark,
  RescoreBenchmark,
  ResumeBenchmark,
} from "../../../domain/benchmarks/benchmark.ts";
import { Plan, PlanBenchmark } from "../../../domain/benchmarks/plan.ts";
import { IdParams } from "../../../domain/fields.ts";
import { PageOf, pageRequest } from "../../../domain/page.ts";
import type { Benchmarks } from "../../../services/benchmarks/index.ts";
import { callerContext } from "../../middleware/request-context.ts";
import { Deleted, deleted } from "../support/deleted.ts";
import { describe } from "../support/describe.ts";
import { paged, withBody, withOptionalBody } from "../support/input.ts";

export const benchmarkRoutes = (benchmarks: Benchmarks) =>
  new Elysia({ name: "rest/benchmarks", prefix: "/v1/benchmarks" })
    .use(callerContext)
    .post("/", async ({ body, caller, status }) => status(201, await benchmarks.create(caller, body)), {
      ...withBody(CreateBenchmark),
      ...describe("createBenchmark", {
        answer: Benchmark,
        status: 201,
        errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"],
      }),
    })
    .post("/plan", ({ body, caller }) => benchmarks.plan(caller, body), {
      ...withBody(PlanBenchmark),
      ...describe("planBenchmark", { answer: Plan, errors: ["BAD_REQUEST"] }),
    })
    .get("/", ({ caller, query }) => benchmarks.list(caller, pageRequest(query)), {
      ...paged,
      ...describe("listBenchmarks", { answer: PageOf(BenchmarkListing), errors: ["BAD_REQUEST"] }),
    })
    .get("/:id", ({ caller, params }) => benchmarks.get(caller, params.id), {
      params: IdParams,
      ...describe("getBenchmark", { answer: Benchmark, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
    })
    .post("/:id/cancel", ({ caller, params }) => benchmarks.cancel(caller, params.id), {
      params: IdParams,
      ...describe("cancelBenchmark", { answer: Benchmark, errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"] }),
    })
    .post(
      "/:id/rescore",
      async ({ body, caller, params, status }) =>
        status(201, await benchmarks.rescore(caller, params.id, body)),
      {
        params: IdParams,
        ...withBody(RescoreBenchmark),
        ...describe("rescoreBenchmark", {
          answer: Benchmark,
          status: 201,
          errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT", "SERVICE_UNAVAILABLE"],
        }),
      },
    )
    .post("/:id/resume", ({ body, caller, params }) => benchmarks.resume(caller, params.id, body ?? {}), {
      params: IdParams,
      ...withOptionalBody(ResumeBenchmark),
      ...describe("resumeBenchmark", {
        answer: Benchmark,
        errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT", "SERVICE_UNAVAILABLE"],
      }),
    })
    .delete("/:id", ({ caller, params }) => deleted(benchmarks.remove(caller, params.id)), {
      params: IdParams,
      ...describe("deleteBenchmark", { answer: Deleted, errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"] }),
    });

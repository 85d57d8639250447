import { Elysia } from "elysia";
import {
  Benchmark,
  CreateBenchmark,
  RescoreBenchmark,
  ResumeBenchmark,
} from "../../../domain/benchmarks/benchmark.ts";
import { Plan, PlanBenchmark } from "../../../domain/benchmarks/plan.ts";
import { IdParams } from "../../../domain/fields.ts";
import { PageOf, pageRequest } from "../../../domain/page.ts";
import type { Benchmarks } from "../../../services/benchmarks/index.ts";
import { callerContext } from "../../middleware/request-context.ts";
import { Deleted, describe } from "../support/describe.ts";
import { mayTake, paged, takes } from "../support/input.ts";

const tag = "Benchmarks";

export const benchmarkRoutes = (benchmarks: Benchmarks) =>
  new Elysia({ name: "rest/benchmarks", prefix: "/v1/benchmarks" })
    .use(callerContext)
    .post("/", async ({ body, caller, status }) => status(201, await benchmarks.create(caller, body)), {
      ...takes(CreateBenchmark),
      ...describe({
        tag,
        summary: "Start a benchmark",
        description:
          "It runs in the background, survives restarts and is watched by `GET` or the topic `benchmark.progress`. In the " +
          "end each two runs are compared in each metric by a paired test, and `assertions` are judged. " +
          "`equivalence_margin` is the smallest difference that matters; `cluster_by` what counts as one piece of evidence. " +
          "A canonical dataset is fetched first, while the request waits; where that takes longer than half a minute the answer is 503 with `Retry-After`, and the download goes on.",
        answer: Benchmark,
        status: 201,
        errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"],
      }),
    })
    .post("/plan", ({ body, caller }) => benchmarks.plan(caller, body), {
      ...takes(PlanBenchmark),
      ...describe({
        tag,
        summary: "See what a benchmark would take",
        description:
          "Takes the body of a benchmark, and `detect`. Trials, tokens, cost and duration of each run from prices, a " +
          "tokenizer and past trials, and the smallest difference that the design finds. No model is called. What " +
          "can't be known is null, with the reason.",
        answer: Plan,
        errors: ["BAD_REQUEST"],
      }),
    })
    .get("/", ({ caller, query }) => benchmarks.list(caller, pageRequest(query)), {
      ...paged,
      ...describe({
        tag,
        summary: "List the benchmarks",
        answer: PageOf(Benchmark),
        errors: ["BAD_REQUEST"],
      }),
    })
    .get("/:id", ({ caller, params }) => benchmarks.get(caller, params.id), {
      params: IdParams,
      ...describe({
        tag,
        summary: "Look at a benchmark",
        answer: Benchmark,
        errors: ["BAD_REQUEST", "NOT_FOUND"],
      }),
    })
    .post("/:id/cancel", ({ caller, params }) => benchmarks.cancel(caller, params.id), {
      params: IdParams,
      ...describe({
        tag,
        summary: "End a benchmark now, keeping what it has",
        answer: Benchmark,
        errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
      }),
    })
    .post(
      "/:id/rescore",
      async ({ body, caller, params, status }) =>
        status(201, await benchmarks.rescore(caller, params.id, body)),
      {
        params: IdParams,
        ...takes(RescoreBenchmark),
        ...describe({
          tag,
          summary: "Score the outputs of a benchmark anew",
          description:
            "By other metrics, another protocol's way to read answers, or another judge. The answer is a benchmark of its own " +
            "(`rescores` names the other) with the same outputs, prompts, times and costs; no model is asked but judges.",
          answer: Benchmark,
          status: 201,
          errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT", "SERVICE_UNAVAILABLE"],
        }),
      },
    )
    .post("/:id/resume", ({ body, caller, params }) => benchmarks.resume(caller, params.id, body ?? {}), {
      params: IdParams,
      ...mayTake(ResumeBenchmark),
      ...describe({
        tag,
        summary: "Go on with a benchmark that has ended",
        description:
          "Of a cancelled, failed or over-budget one, and of a completed one with trials that got no answer. Trials that " +
          "have an answer keep it; those whose provider failed are asked anew. `budget_usd` is the new ceiling in all.",
        answer: Benchmark,
        errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT", "SERVICE_UNAVAILABLE"],
      }),
    })
    .delete(
      "/:id",
      async ({ caller, params }) => {
        await benchmarks.remove(caller, params.id);
        return { deleted: true };
      },
      {
        params: IdParams,
        ...describe({
          tag,
          summary: "Delete a benchmark that has ended, with its trials",
          answer: Deleted,
          errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
        }),
      },
    );

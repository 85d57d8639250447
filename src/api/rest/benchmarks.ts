import { Elysia, t } from "elysia";
import { Benchmark, CreateBenchmark, Trial } from "../../domain/benchmark.ts";
import { Id, IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import { Receipt, ReceiptComparison } from "../../domain/receipt.ts";
import { ExportQuery, TrialQuery } from "../../domain/trial-filter.ts";
import type { Benchmarks } from "../../services/benchmarks.ts";
import type { Receipts } from "../../services/receipts.ts";
import { callerContext } from "../middleware/request-context.ts";
import { Deleted, describe } from "./describe.ts";
import { download } from "./download.ts";
import { asks, paged, takes } from "./input.ts";

const tag = "Benchmarks";

export const benchmarkRoutes = (benchmarks: Benchmarks, receipts: Receipts) =>
  new Elysia({ name: "rest/benchmarks", prefix: "/v1/benchmarks" })
    .use(callerContext)
    .post("/", async ({ body, caller, status }) => status(201, await benchmarks.create(caller, body)), {
      ...takes(CreateBenchmark),
      ...describe({
        tag,
        summary: "Start a benchmark",
        description:
          "It runs in the background, survives restarts and is watched by `GET` or the topic `benchmark.progress`.",
        answer: Benchmark,
        status: 201,
        errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"],
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
    .get(
      "/:id/trials",
      ({ caller, params, query: { page, page_size, ...filter } }) =>
        benchmarks.trials(caller, params.id, pageRequest({ page, page_size }), filter),
      {
        params: IdParams,
        ...asks(TrialQuery),
        ...describe({
          tag,
          summary: "Read the trials, all or those that a filter lets through",
          answer: PageOf(Trial),
          errors: ["BAD_REQUEST", "NOT_FOUND"],
        }),
      },
    )
    .get(
      "/:id/export",
      async ({ caller, params, query }) => download(await benchmarks.export(caller, params.id, query)),
      {
        params: IdParams,
        ...asks(ExportQuery),
        ...describe({
          tag,
          summary: "Read all trials as a file",
          description:
            "As `jsonl` (the default), a trial a line, or as `csv`; the filters are those of the list of trials.",
          answer: Trial,
          answer_type: "application/jsonl",
          errors: ["BAD_REQUEST", "NOT_FOUND"],
        }),
      },
    )
    .get("/:id/receipt", ({ caller, params }) => receipts.get(caller, params.id), {
      params: IdParams,
      ...describe({
        tag,
        summary: "What a benchmark was made of, under one hash",
        answer: Receipt,
        errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
      }),
    })
    .get("/:id/receipt/:other", ({ caller, params }) => receipts.compare(caller, params.id, params.other), {
      params: t.Object({ id: Id, other: Id }),
      ...describe({
        tag,
        summary: "Where the receipts of two benchmarks differ",
        answer: ReceiptComparison,
        errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
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

import { Elysia } from "elysia";
import { Trial } from "../../../domain/benchmarks/trial.ts";
import { ExportQuery, TrialQuery } from "../../../domain/benchmarks/trial-filter.ts";
import { IdParams } from "../../../domain/fields.ts";
import { PageOf, pageRequest } from "../../../domain/page.ts";
import type { Trials } from "../../../services/benchmarks/trials/index.ts";
import { callerContext } from "../../middleware/request-context.ts";
import { describe } from "../support/describe.ts";
import { withQuery } from "../support/input.ts";
import { download } from "./download.ts";

export const trialRoutes = (trials: Trials) =>
  new Elysia({ name: "rest/trials", prefix: "/v1/benchmarks" })
    .use(callerContext)
    .get(
      "/:id/trials",
      ({ caller, params, query: { page, page_size, ...filter } }) =>
        trials.list(caller, params.id, pageRequest({ page, page_size }), filter),
      {
        params: IdParams,
        ...withQuery(TrialQuery),
        ...describe("listTrials", { answer: PageOf(Trial), errors: ["BAD_REQUEST", "NOT_FOUND"] }),
      },
    )
    .get(
      "/:id/export",
      async ({ caller, params, query }) => download(await trials.export(caller, params.id, query)),
      {
        params: IdParams,
        ...withQuery(ExportQuery),
        ...describe("exportTrials", {
          answer: Trial,
          answer_type: "application/jsonl",
          errors: ["BAD_REQUEST", "NOT_FOUND"],
        }),
      },
    );

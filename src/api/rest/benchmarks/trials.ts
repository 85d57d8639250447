import { Elysia } from "elysia";
import { nextTurn } from "../../../base/event-loop.ts";
import { ExportedTrial, TrialListing, WholeTrial } from "../../../domain/benchmarks/trial.ts";
import { ExportQuery, TrialName, TrialQuery } from "../../../domain/benchmarks/trial-filter.ts";
import { IdParams } from "../../../domain/fields.ts";
import { PageOf, pageRequest } from "../../../domain/page.ts";
import type { FileText, Trials } from "../../../services/benchmarks/trials/index.ts";
import { callerContext } from "../../middleware/request-context.ts";
import { describe } from "../support/describe.ts";
import { withQuery } from "../support/input.ts";

/** Streams a file to download, no faster than it is read. A reader that disconnects ends its text. */
function download({ name, content_type, text }: FileText): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // The database answers within the turn: a reader that takes all at once would stop the server.
        await nextTurn();
        const { done, value } = await text.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await text.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { "content-type": content_type, "content-disposition": `attachment; filename="${name}"` };
  return new Response(body, { headers });
}

export const trialRoutes = (trials: Trials) =>
  new Elysia({ name: "rest/trials", prefix: "/v1/benchmarks" })
    .use(callerContext)
    .get(
      "/:id/trials",
      ({ caller, params, query: { page, page_size, ...filter } }) =>
        trials.list(caller, params.id, { page: pageRequest({ page, page_size }), filter }),
      {
        params: IdParams,
        ...withQuery(TrialQuery),
        ...describe("listTrials", { answer: PageOf(TrialListing), errors: ["BAD_REQUEST", "NOT_FOUND"] }),
      },
    )
    .get("/:id/trial", ({ caller, params, query }) => trials.get(caller, params.id, query), {
      params: IdParams,
      ...withQuery(TrialName),
      ...describe("getTrial", { answer: WholeTrial, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
    })
    .get(
      "/:id/export",
      async ({ caller, params, query }) => download(await trials.export(caller, params.id, query)),
      {
        params: IdParams,
        ...withQuery(ExportQuery),
        ...describe("exportTrials", {
          answer: ExportedTrial,
          answer_type: "application/jsonl",
          errors: ["BAD_REQUEST", "NOT_FOUND"],
        }),
      },
    );

import { Elysia } from "elysia";
import {
  CreateEvaluation,
  CreateEvaluationBatch,
  Evaluation,
  EvaluationBatch,
  EvaluationQuery,
  EvaluationRecord,
  UncheckedBatch,
} from "../../domain/evaluation.ts";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import type { Evaluations } from "../../services/evaluations/index.ts";
import { callerContext } from "../middleware/request-context.ts";
import { describe } from "./support/describe.ts";
import { asks, takes, takesLoosely } from "./support/input.ts";

const tag = "Evaluations";
const { read: readBatch, requestBody } = takesLoosely(UncheckedBatch, CreateEvaluationBatch);

export const evaluationRoutes = (evaluations: Evaluations) =>
  new Elysia({ name: "rest/evaluations", prefix: "/v1/evaluations" })
    .use(callerContext)
    .post(
      "/",
      async ({ body, caller, request, server, status }) => {
        // A judge's calls have time limits of their own, longer than a connection may be silent.
        server?.timeout(request, 0);
        return status(201, await evaluations.create(caller, body, request.signal));
      },
      {
        ...takes(CreateEvaluation),
        ...describe({
          tag,
          summary: "Score an output",
          description:
            "`provider` and `model` say whose output it is: they are recorded, not called. `judge` is called, by the metrics that ask one.",
          answer: Evaluation,
          status: 201,
          errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"],
        }),
      },
    )
    .post(
      "/batch",
      async ({ body, caller, request, server, status }) => {
        server?.timeout(request, 0);
        return status(201, await evaluations.createBatch(caller, readBatch(body), request.signal));
      },
      describe({
        tag,
        summary: "Score up to 1,000 outputs in one way",
        description:
          "Each item is judged and stored by itself: what is wrong with one is its `error` in the answer, and harms no other. The body may have 16 MiB. A caller who leaves begins no further item; those that are done stay.",
        requestBody,
        answer: EvaluationBatch,
        status: 201,
        errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"],
      }),
    )
    .get("/", ({ caller, query }) => evaluations.list(caller, pageRequest(query), query), {
      ...asks(EvaluationQuery),
      ...describe({
        tag,
        summary: "List the evaluations",
        answer: PageOf(EvaluationRecord),
        errors: ["BAD_REQUEST"],
      }),
    })
    .get("/:id", ({ caller, params }) => evaluations.get(caller, params.id), {
      params: IdParams,
      ...describe({
        tag,
        summary: "Read an evaluation back",
        answer: EvaluationRecord,
        errors: ["BAD_REQUEST", "NOT_FOUND"],
      }),
    });

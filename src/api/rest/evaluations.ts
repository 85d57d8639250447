import { Elysia } from "elysia";
import {
  CreateEvaluation,
  CreateEvaluationBatch,
  Evaluation,
  EvaluationBatch,
  EvaluationListing,
  EvaluationQuery,
  EvaluationRecord,
  UncheckedBatch,
} from "../../domain/evaluation.ts";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import type { Evaluations } from "../../services/evaluations/index.ts";
import { callerContext } from "../middleware/request-context.ts";
import { describe } from "./support/describe.ts";
import { withBody, withQuery, withUncheckedItems } from "./support/input.ts";

const { read: readBatch, requestBody } = withUncheckedItems(UncheckedBatch, CreateEvaluationBatch);

export const evaluationRoutes = (evaluations: Evaluations) =>
  new Elysia({ name: "rest/evaluations", prefix: "/v1/evaluations" })
    .use(callerContext)
    .post(
      "/",
      async ({ body, caller, request, server, status }) => {
        // A judge's calls have their own time limits, which are longer than Bun's limit on a silent connection.
        server?.timeout(request, 0);
        return status(201, await evaluations.create(caller, body, { signal: request.signal }));
      },
      {
        ...withBody(CreateEvaluation),
        ...describe("createEvaluation", {
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
      describe("createEvaluationBatch", {
        requestBody,
        answer: EvaluationBatch,
        status: 201,
        errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"],
      }),
    )
    .get("/", ({ caller, query }) => evaluations.list(caller, pageRequest(query), query), {
      ...withQuery(EvaluationQuery),
      ...describe("listEvaluations", { answer: PageOf(EvaluationListing), errors: ["BAD_REQUEST"] }),
    })
    .get("/:id", ({ caller, params }) => evaluations.get(caller, params.id), {
      params: IdParams,
      ...describe("getEvaluation", { answer: EvaluationRecord, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
    });

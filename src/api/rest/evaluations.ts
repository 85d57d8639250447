import { Elysia } from "elysia";
import { CreateEvaluation, Evaluation, EvaluationRecord } from "../../domain/evaluation.ts";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import type { Evaluations } from "../../services/evaluations.ts";
import { callerContext } from "../middleware/request-context.ts";
import { describe } from "./describe.ts";
import { paged, takes } from "./input.ts";

const tag = "Evaluations";

export const evaluationRoutes = (evaluations: Evaluations) =>
  new Elysia({ name: "rest/evaluations", prefix: "/v1/evaluations" })
    .use(callerContext)
    .post("/", async ({ body, caller, status }) => status(201, await evaluations.create(caller, body)), {
      ...takes(CreateEvaluation),
      ...describe({
        tag,
        summary: "Score an output",
        description: "`provider` and `model` say whose output it is: they are recorded, not called.",
        answer: Evaluation,
        status: 201,
        errors: ["BAD_REQUEST"],
      }),
    })
    .get("/", ({ caller, query }) => evaluations.list(caller, pageRequest(query)), {
      ...paged,
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

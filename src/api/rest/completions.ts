import { Elysia } from "elysia";
import { Completion, CompletionRecord, CreateCompletion } from "../../domain/completion.ts";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import type { Completions } from "../../services/completions.ts";
import { callerContext } from "../middleware/request-context.ts";
import { describe } from "./describe.ts";
import { paged, takes } from "./input.ts";

const tag = "Completions";

export const completionRoutes = (completions: Completions) =>
  new Elysia({ name: "rest/completions", prefix: "/v1/completions" })
    .use(callerContext)
    .post(
      "/",
      async ({ body, caller, request, status }) =>
        status(201, await completions.create(caller, body, request.signal)),
      {
        ...takes(CreateCompletion),
        ...describe({
          tag,
          summary: "Ask a model",
          description: "Takes either `prompt` or `messages`. The answer is stored before it is sent.",
          answer: Completion,
          status: 201,
          errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"],
        }),
      },
    )
    .get("/", ({ caller, query }) => completions.list(caller, pageRequest(query)), {
      ...paged,
      ...describe({
        tag,
        summary: "List the completions",
        answer: PageOf(CompletionRecord),
        errors: ["BAD_REQUEST"],
      }),
    })
    .get("/:id", ({ caller, params }) => completions.get(caller, params.id), {
      params: IdParams,
      ...describe({
        tag,
        summary: "Read a completion back",
        answer: CompletionRecord,
        errors: ["BAD_REQUEST", "NOT_FOUND"],
      }),
    });

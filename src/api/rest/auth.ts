import { Elysia, t } from "elysia";
import {
  ApiKey,
  ApiKeyCreated,
  CreateApiKey,
  LoginRequest,
  LoginResponse,
  Me,
} from "../../domain/account.ts";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import type { ApiKeys } from "../../services/accounts/api-keys.ts";
import type { Sessions } from "../../services/accounts/sessions.ts";
import { callerContext, contextOf } from "../middleware/request-context.ts";
import { Deleted, describe } from "./support/describe.ts";
import { paged, takes } from "./support/input.ts";

const tag = "Authentication";
const LoggedOut = t.Object({ logged_out: t.Literal(true) });

export const authRoutes = (sessions: Sessions, apiKeys: ApiKeys) =>
  new Elysia({ name: "rest/auth", prefix: "/v1/auth" })
    .use(callerContext)
    .post("/login", ({ body, request }) => sessions.login(body, contextOf(request).address()), {
      ...takes(LoginRequest),
      ...describe({
        tag,
        summary: "Get a token for a name and password",
        answer: LoginResponse,
        open: true,
        errors: ["BAD_REQUEST", "UNAUTHORIZED", "SERVICE_UNAVAILABLE"],
      }),
    })
    .post(
      "/logout",
      async ({ caller }) => {
        await sessions.logout(caller);
        return { logged_out: true };
      },
      describe({ tag, summary: "End the session of the token", answer: LoggedOut, errors: ["BAD_REQUEST"] }),
    )
    .get("/me", ({ caller }) => sessions.me(caller), describe({ tag, summary: "Who is calling", answer: Me }))
    .post("/api-keys", async ({ body, caller, status }) => status(201, await apiKeys.create(caller, body)), {
      ...takes(CreateApiKey),
      ...describe({
        tag,
        summary: "Make an API key, shown this once",
        answer: ApiKeyCreated,
        status: 201,
        errors: ["BAD_REQUEST"],
      }),
    })
    .get("/api-keys", ({ caller, query }) => apiKeys.list(caller, pageRequest(query)), {
      ...paged,
      ...describe({ tag, summary: "List the API keys", answer: PageOf(ApiKey), errors: ["BAD_REQUEST"] }),
    })
    .get("/api-keys/:id", ({ caller, params }) => apiKeys.get(caller, params.id), {
      params: IdParams,
      ...describe({
        tag,
        summary: "Look at an API key",
        answer: ApiKey,
        errors: ["BAD_REQUEST", "NOT_FOUND"],
      }),
    })
    .delete(
      "/api-keys/:id",
      async ({ caller, params }) => {
        await apiKeys.remove(caller, params.id);
        return { deleted: true };
      },
      {
        params: IdParams,
        ...describe({
          tag,
          summary: "Revoke an API key at once",
          answer: Deleted,
          errors: ["BAD_REQUEST", "NOT_FOUND"],
        }),
      },
    );

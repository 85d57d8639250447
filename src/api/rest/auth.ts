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
import { Deleted, deleted } from "./support/deleted.ts";
import { describe } from "./support/describe.ts";
import { paged, withBody } from "./support/input.ts";

const LoggedOut = t.Object({ logged_out: t.Literal(true) });

export const authRoutes = (sessions: Sessions, apiKeys: ApiKeys) =>
  new Elysia({ name: "rest/auth", prefix: "/v1/auth" })
    .use(callerContext)
    .post("/login", ({ body, request }) => sessions.login(body, contextOf(request).address()), {
      ...withBody(LoginRequest),
      ...describe("createToken", {
        answer: LoginResponse,
        open: true,
        errors: ["BAD_REQUEST", "UNAUTHORIZED", "SERVICE_UNAVAILABLE"],
      }),
    })
    .post(
      "/logout",
      ({ caller }) => sessions.logout(caller).then(() => ({ logged_out: true })),
      describe("revokeToken", { answer: LoggedOut, errors: ["BAD_REQUEST"] }),
    )
    .get("/me", ({ caller }) => sessions.me(caller), describe("getMe", { answer: Me }))
    .post("/api-keys", async ({ body, caller, status }) => status(201, await apiKeys.create(caller, body)), {
      ...withBody(CreateApiKey),
      ...describe("createApiKey", { answer: ApiKeyCreated, status: 201, errors: ["BAD_REQUEST"] }),
    })
    .get("/api-keys", ({ caller, query }) => apiKeys.list(caller, pageRequest(query)), {
      ...paged,
      ...describe("listApiKeys", { answer: PageOf(ApiKey), errors: ["BAD_REQUEST"] }),
    })
    .get("/api-keys/:id", ({ caller, params }) => apiKeys.get(caller, params.id), {
      params: IdParams,
      ...describe("getApiKey", { answer: ApiKey, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
    })
    .delete("/api-keys/:id", ({ caller, params }) => deleted(apiKeys.remove(caller, params.id)), {
      params: IdParams,
      ...describe("deleteApiKey", { answer: Deleted, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
    });

import { Elysia } from "elysia";
import { CreateUser, UpdateUser, User } from "../../domain/account.ts";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import type { Users } from "../../services/accounts/users.ts";
import { callerContext } from "../middleware/request-context.ts";
import { Deleted, deleted } from "./support/deleted.ts";
import { describe } from "./support/describe.ts";
import { paged, withBody } from "./support/input.ts";

export const userRoutes = (users: Users) =>
  new Elysia({ name: "rest/users", prefix: "/v1/users" })
    .use(callerContext)
    .post("/", async ({ body, caller, status }) => status(201, await users.create(caller, body)), {
      ...withBody(CreateUser),
      ...describe("createUser", { answer: User, status: 201, errors: ["BAD_REQUEST", "CONFLICT"] }),
    })
    .get("/", ({ caller, query }) => users.list(caller, pageRequest(query)), {
      ...paged,
      ...describe("listUsers", { answer: PageOf(User), errors: ["BAD_REQUEST"] }),
    })
    .get("/:id", ({ caller, params }) => users.get(caller, params.id), {
      params: IdParams,
      ...describe("getUser", { answer: User, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
    })
    .patch("/:id", ({ body, caller, params }) => users.update(caller, params.id, body), {
      params: IdParams,
      ...withBody(UpdateUser),
      ...describe("updateUser", { answer: User, errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"] }),
    })
    .delete("/:id", ({ caller, params }) => deleted(users.remove(caller, params.id)), {
      params: IdParams,
      ...describe("deleteUser", { answer: Deleted, errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"] }),
    });

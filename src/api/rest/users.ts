import { Elysia } from "elysia";
import { CreateUser, UpdateUser, User } from "../../domain/account.ts";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import type { Users } from "../../services/accounts/users.ts";
import { callerContext } from "../middleware/request-context.ts";
import { Deleted, describe } from "./support/describe.ts";
import { paged, takes } from "./support/input.ts";

const tag = "Users";

export const userRoutes = (users: Users) =>
  new Elysia({ name: "rest/users", prefix: "/v1/users" })
    .use(callerContext)
    .post("/", async ({ body, caller, status }) => status(201, await users.create(caller, body)), {
      ...takes(CreateUser),
      ...describe({
        tag,
        summary: "Create a user",
        answer: User,
        status: 201,
        errors: ["BAD_REQUEST", "CONFLICT"],
      }),
    })
    .get("/", ({ caller, query }) => users.list(caller, pageRequest(query)), {
      ...paged,
      ...describe({ tag, summary: "List the users", answer: PageOf(User), errors: ["BAD_REQUEST"] }),
    })
    .get("/:id", ({ caller, params }) => users.get(caller, params.id), {
      params: IdParams,
      ...describe({ tag, summary: "Look at a user", answer: User, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
    })
    .patch("/:id", ({ body, caller, params }) => users.update(caller, params.id, body), {
      params: IdParams,
      ...takes(UpdateUser),
      ...describe({
        tag,
        summary: "Change a user's password or role, or disable it",
        answer: User,
        errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
      }),
    })
    .delete(
      "/:id",
      async ({ caller, params }) => {
        await users.remove(caller, params.id);
        return { deleted: true };
      },
      {
        params: IdParams,
        ...describe({
          tag,
          summary: "Delete a user and the user's API keys",
          answer: Deleted,
          errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
        }),
      },
    );

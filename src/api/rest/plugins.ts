import { Elysia } from "elysia";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import { ChangePlugin, ExecutePlugin, Plugin, PluginExecution, PluginRecord } from "../../domain/plugin.ts";
import type { Plugins } from "../../services/plugins/index.ts";
import { callerContext } from "../middleware/request-context.ts";
import { Deleted, deleted } from "./support/deleted.ts";
import { describe } from "./support/describe.ts";
import { paged, withBody } from "./support/input.ts";

export const pluginRoutes = (plugins: Plugins) =>
  new Elysia({ name: "rest/plugins", prefix: "/v1/plugins" })
    .use(callerContext)
    .post(
      "/",
      async ({ body, caller, status }) => {
        const { plugin, created } = await plugins.install(caller, body);
        return status(created ? 201 : 200, plugin);
      },
      describe("installPlugin", {
        answer: PluginRecord,
        status: 201,
        errors: ["BAD_REQUEST", "CONFLICT", "SERVICE_UNAVAILABLE"],
      }),
    )
    .get("/", ({ caller, query }) => plugins.list(caller, pageRequest(query)), {
      ...paged,
      ...describe("listPlugins", { answer: PageOf(Plugin), errors: ["BAD_REQUEST"] }),
    })
    .get("/:id", ({ caller, params }) => plugins.get(caller, params.id), {
      params: IdParams,
      ...describe("getPlugin", { answer: PluginRecord, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
    })
    .patch("/:id", ({ body, caller, params }) => plugins.change(caller, params.id, body), {
      params: IdParams,
      ...withBody(ChangePlugin),
      ...describe("updatePlugin", { answer: PluginRecord, errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"] }),
    })
    .delete("/:id", ({ caller, params }) => deleted(plugins.remove(caller, params.id)), {
      params: IdParams,
      ...describe("deletePlugin", { answer: Deleted, errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"] }),
    })
    .post("/:id/execute", ({ body, caller, params }) => plugins.execute(caller, params.id, body), {
      params: IdParams,
      ...withBody(ExecutePlugin),
      ...describe("executePlugin", {
        answer: PluginExecution,
        errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT", "SERVICE_UNAVAILABLE"],
      }),
    });

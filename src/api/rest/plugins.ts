import { Elysia } from "elysia";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import { ExecutePlugin, Plugin, PluginExecution } from "../../domain/plugin.ts";
import type { Plugins } from "../../services/plugins.ts";
import { callerContext } from "../middleware/request-context.ts";
import { describe } from "./describe.ts";
import { paged, takes } from "./input.ts";

const tag = "Plugins";

export const pluginRoutes = (plugins: Plugins) =>
  new Elysia({ name: "rest/plugins", prefix: "/v1/plugins" })
    .use(callerContext)
    .get("/", ({ caller, query }) => plugins.list(caller, pageRequest(query)), {
      ...paged,
      ...describe({ tag, summary: "List the plugins", answer: PageOf(Plugin), errors: ["BAD_REQUEST"] }),
    })
    .get("/:id", ({ caller, params }) => plugins.get(caller, params.id), {
      params: IdParams,
      ...describe({ tag, summary: "Look at a plugin", answer: Plugin, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
    })
    .post("/:id/execute", ({ body, caller, params }) => plugins.execute(caller, params.id, body), {
      params: IdParams,
      ...takes(ExecutePlugin),
      ...describe({
        tag,
        summary: "Run a plugin on an input",
        answer: PluginExecution,
        errors: ["BAD_REQUEST", "NOT_FOUND", "SERVICE_UNAVAILABLE"],
      }),
    });

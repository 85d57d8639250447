import { Elysia } from "elysia";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import { ChangePlugin, ExecutePlugin, Plugin, PluginExecution, PluginRecord } from "../../domain/plugin.ts";
import type { Plugins } from "../../services/plugins/index.ts";
import { callerContext } from "../middleware/request-context.ts";
import { Deleted, describe } from "./support/describe.ts";
import { paged, takes } from "./support/input.ts";

const tag = "Plugins";

export const pluginRoutes = (plugins: Plugins) =>
  new Elysia({ name: "rest/plugins", prefix: "/v1/plugins" })
    .use(callerContext)
    .post(
      "/",
      async ({ body, caller, status }) => {
        const { plugin, created } = await plugins.install(caller, body);
        return status(created ? 201 : 200, plugin);
      },
      describe({
        tag,
        summary: "Install a plugin",
        description:
          "Either JSON, `{manifest, source}` for an ES module or `{manifest, wasm}` for WebAssembly in base64, or multipart/form-data with `manifest` (JSON) and `file`. It answers once the plugin is checked: what does not load, or does not give its example's output, is not installed. The same content again answers 200; other content under the same name and version is a conflict.",
        answer: PluginRecord,
        status: 201,
        errors: ["BAD_REQUEST", "CONFLICT", "PAYLOAD_TOO_LARGE", "SERVICE_UNAVAILABLE"],
      }),
    )
    .get("/", ({ caller, query }) => plugins.list(caller, pageRequest(query)), {
      ...paged,
      ...describe({ tag, summary: "List the plugins", answer: PageOf(Plugin), errors: ["BAD_REQUEST"] }),
    })
    .get("/:id", ({ caller, params }) => plugins.get(caller, params.id), {
      params: IdParams,
      ...describe({
        tag,
        summary: "Look at a plugin",
        answer: PluginRecord,
        errors: ["BAD_REQUEST", "NOT_FOUND"],
      }),
    })
    .patch("/:id", ({ body, caller, params }) => plugins.change(caller, params.id, body), {
      params: IdParams,
      ...takes(ChangePlugin),
      ...describe({
        tag,
        summary: "Disable a plugin, or make it ready again",
        description: "Benchmarks that are at work with it go on with it.",
        answer: PluginRecord,
        errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
      }),
    })
    .delete(
      "/:id",
      async ({ caller, params }) => {
        await plugins.remove(caller, params.id);
        return { deleted: true };
      },
      {
        params: IdParams,
        ...describe({
          tag,
          summary: "Remove a plugin that no open benchmark uses",
          answer: Deleted,
          errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
        }),
      },
    )
    .post("/:id/execute", ({ body, caller, params }) => plugins.execute(caller, params.id, body), {
      params: IdParams,
      ...takes(ExecutePlugin),
      ...describe({
        tag,
        summary: "Run a plugin on an input",
        description:
          "`input` reaches the plugin's `execute` as it is. A plugin that throws, takes too long, needs too much memory or answers off its schema is a 400 whose `details.reason` says which.",
        answer: PluginExecution,
        errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT", "SERVICE_UNAVAILABLE"],
      }),
    });

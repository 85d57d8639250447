import { AppError, badField, notFound } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { authorize, type Caller, OPERATOR } from "../../domain/permissions.ts";
import type {
  ChangePlugin,
  ExecutePlugin,
  Plugin,
  PluginExecution,
  PluginRecord,
} from "../../domain/plugin.ts";
import type { EventBus } from "../../events.ts";
import { PluginError, type Sandbox } from "../../plugins/plugin.ts";
import type { PluginRow, PluginStore } from "../../store/plugins.ts";
import type { Log } from "../../telemetry/log.ts";
import { createPluginCalls, shown } from "./calls.ts";
import { checkAnswer } from "./check.ts";
import { isExplained, pluginFolders, readPluginFolder } from "./folder.ts";
import { createInstaller, eventOf } from "./installer.ts";
import { createPluginNames, refuseUnready } from "./names.ts";
import { readUpload } from "./upload.ts";

interface PluginServices {
  store: PluginStore;
  sandbox: Sandbox;
  bus: EventBus;
  log: Log;
  /** Where plugins may lie that are installed at start. */
  folder: string;
}

/** Which error a caller of `execute` meets. Nothing that a plugin does is an error of the server's. */
function executionError(id: string, error: PluginError, logs: boolean | undefined): AppError {
  const { reason, message } = error;
  if (reason === "busy")
    return new AppError("SERVICE_UNAVAILABLE", `The plugin can't be run: ${message}.`, { reason });
  const details = { plugin: id, reason, ...(logs ? { logs: error.logs } : {}) };
  if (reason === "input") return badField("input", message, details);
  return new AppError("BAD_REQUEST", `The plugin gave no answer: ${reason}: ${message}`, details);
}

/** Plugins: their installation, their life, and their execution by request. */
export function createPlugins({ store, sandbox, bus, log, folder }: PluginServices) {
  const calls = createPluginCalls(store, sandbox, bus);
  const installer = createInstaller(store, sandbox);
  let started = Promise.resolve();

  async function find(id: string): Promise<PluginRow> {
    const row = await store.find(id);
    if (!row) throw notFound("plugin", id);
    return row;
  }

  async function installFolder(path: string): Promise<void> {
    try {
      const { row, created } = await installer.install(readPluginFolder(path), OPERATOR.id, true);
      if (created)
        log.info({ path, name: row.name, version: row.version, status: row.status }, "plugin installed");
    } catch (error) {
      if (!isExplained(error)) throw error;
      log.error({ path, fault: error.message }, "a plugin's folder can't be installed");
    }
  }

  async function begin(): Promise<void> {
    await installer.resume();
    for (const path of pluginFolders(folder)) await installFolder(path);
  }

  async function change(row: PluginRow, { status }: ChangePlugin): Promise<PluginRow> {
    const [from, event] =
      status === "ready" ? (["disabled", "enabled"] as const) : (["ready", "disabled"] as const);
    const changed: PluginRow = { ...row, status };
    if (
      row.status === status ||
      (await store.setStatus(row.id, [from], { status, error: null }, eventOf(event, changed)))
    )
      return changed;
    throw new AppError(
      "CONFLICT",
      `The plugin is ${row.status}: only a ready one is disabled, and the other way round.`,
      {
        status: row.status,
      },
    );
  }

  return {
    names: createPluginNames(store),
    calls,
    /** Checks what was left unchecked and installs what lies in the folder, while the server serves. */
    start(): void {
      started = begin().catch((error: unknown) => log.error({ err: error }, "installing plugins failed"));
    },
    /** Resolves when what `start` began has ended. */
    settled: () => started,
    async list(caller: Caller, request: PageRequest): Promise<Page<Plugin>> {
      authorize(caller, "plugins.read");
      const page = await store.list(request);
      return { ...page, items: page.items.map(shown) };
    },
    /** The newest first, as in a list. */
    async all(caller: Caller): Promise<Plugin[]> {
      authorize(caller, "plugins.read");
      const rows = await store.all();
      return rows.map(shown).sort((one, other) => (one.id < other.id ? 1 : -1));
    },
    async get(caller: Caller, id: string): Promise<PluginRecord> {
      authorize(caller, "plugins.read");
      return find(id);
    },
    /** Installs an upload once it has passed every check. The same content again answers the plugin that is there. */
    async install(caller: Caller, body: unknown): Promise<{ plugin: PluginRecord; created: boolean }> {
      authorize(caller, "plugins.manage");
      const { row, created } = await installer.install(await readUpload(body), caller.id);
      return { plugin: row, created };
    },
    /** Disables a plugin, or makes it ready again. Benchmarks that are at work with it go on. */
    async change(caller: Caller, id: string, request: ChangePlugin): Promise<PluginRecord> {
      authorize(caller, "plugins.manage");
      return change(await find(id), request);
    },
    /** Removes a plugin; CONFLICT while a benchmark that has not ended uses it. */
    async remove(caller: Caller, id: string): Promise<void> {
      authorize(caller, "plugins.manage");
      const row = await find(id);
      if (await store.removeUnlessUsed(id, eventOf("removed", row))) return;
      await find(id);
      throw new AppError("CONFLICT", "A benchmark that has not ended uses this plugin.", { plugin: id });
    },
    async execute(caller: Caller, id: string, { input, logs }: ExecutePlugin): Promise<PluginExecution> {
      authorize(caller, "plugins.execute");
      const row = await find(id);
      refuseUnready(row);
      try {
        const read = (output: unknown) => checkAnswer(row.manifest, output);
        const answer = await calls.call(row, input, { kind: "execute" }, read);
        const { output, execution_time_ms } = answer;
        return { output, execution_time_ms, request_id: newId(), ...(logs ? { logs: answer.logs } : {}) };
      } catch (error) {
        throw error instanceof PluginError ? executionError(id, error, logs) : error;
      }
    },
  };
}

export type Plugins = ReturnType<typeof createPlugins>;

import { AppError, badField, requireFound } from "../../base/errors.ts";
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
import { createPluginCalls } from "./calls.ts";
import { checkAnswer } from "./check.ts";
import { pluginFolders, readPluginFolder } from "./folder.ts";
import { createInstaller, eventOf } from "./installer.ts";
import { createPluginNames, refuseUnready } from "./names.ts";
import { readUpload } from "./upload.ts";

interface PluginServices {
  store: PluginStore;
  sandbox: Sandbox;
  bus: EventBus;
  log: Log;
  /** The folder whose plugins are installed at start. */
  folder: string;
}

/** Converts a plugin's failure for the caller of `execute`. A plugin's fault is never an internal error of the server. */
function executionError(id: string, error: PluginError, logs: boolean | undefined): AppError {
  const { reason, message } = error;
  if (reason === "busy")
    return new AppError("SERVICE_UNAVAILABLE", `The plugin can't be run now: ${message}.`, { reason });
  const details = { plugin: id, reason, ...(logs ? { logs: error.logs } : {}) };
  if (reason === "input") return badField("input", message, details);
  return new AppError("BAD_REQUEST", `The plugin returned no answer (${reason}): ${message}`, details);
}

/** Installs, changes, removes and executes plugins. */
export function createPlugins({ store, sandbox, bus, log, folder }: PluginServices) {
  const calls = createPluginCalls(store, sandbox, bus);
  const installer = createInstaller(store, sandbox);
  let started = Promise.resolve();

  async function find(id: string): Promise<PluginRow> {
    return requireFound(await store.find(id), "plugin", id);
  }

  async function installFolder(path: string): Promise<void> {
    try {
      const { row, created } = await installer.install(readPluginFolder(path), {
        created_by: OPERATOR.id,
        keep_faulty: true,
      });
      if (created)
        log.info({ path, name: row.name, version: row.version, status: row.status }, "plugin installed");
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.error({ path, fault: error.message }, "a plugin's folder can't be installed");
    }
  }

  async function begin(): Promise<void> {
    await installer.resume();
    for (const path of pluginFolders(folder)) await installFolder(path);
  }

  /** Moves a plugin between `ready` and `disabled`. Throws CONFLICT if it is in neither. */
  async function setStatus(row: PluginRow, { status }: ChangePlugin): Promise<PluginRow> {
    const [from, event] =
      status === "ready" ? (["disabled", "enabled"] as const) : (["ready", "disabled"] as const);
    const changed: PluginRow = { ...row, status };
    if (
      row.status === status ||
      (await store.setStatus(
        row.id,
        { from: [from], change: { status, error: null } },
        eventOf(event, changed),
      ))
    )
      return changed;
    throw new AppError(
      "CONFLICT",
      `The plugin is ${row.status}. Only a plugin that is ${from} can become ${status}.`,
      { status: row.status },
    );
  }

  return {
    names: createPluginNames(store),
    calls,
    /** Begins to check plugins left in `loading` and to install those in the folder, while the server serves. */
    start(): void {
      started = begin().catch((error: unknown) => log.error({ err: error }, "installing plugins failed"));
    },
    /** Resolves when the work that `start` began has ended. */
    settled: () => started,
    async list(caller: Caller, request: PageRequest): Promise<Page<Plugin>> {
      authorize(caller, "plugins.read");
      return store.list(request);
    },
    /** Returns all plugins, newest first. */
    async all(caller: Caller): Promise<Plugin[]> {
      authorize(caller, "plugins.read");
      const rows = await store.all();
      return rows.sort((one, other) => (one.id < other.id ? 1 : -1));
    },
    async get(caller: Caller, id: string): Promise<PluginRecord> {
      authorize(caller, "plugins.read");
      return find(id);
    },
    /** Installs an upload once it has passed every check. The same content again returns the installed plugin. */
    async install(caller: Caller, body: unknown): Promise<{ plugin: PluginRecord; created: boolean }> {
      authorize(caller, "plugins.manage");
      const { row, created } = await installer.install(await readUpload(body), { created_by: caller.id });
      return { plugin: row, created };
    },
    /** Disables a plugin, or makes it ready again. Benchmarks that use it go on. */
    async change(caller: Caller, id: string, request: ChangePlugin): Promise<PluginRecord> {
      authorize(caller, "plugins.manage");
      return setStatus(await find(id), request);
    },
    /** Removes a plugin; CONFLICT while a benchmark that has not ended uses it. */
    async remove(caller: Caller, id: string): Promise<void> {
      authorize(caller, "plugins.manage");
      const row = await find(id);
      if (await store.removeUnlessUsed(id, eventOf("removed", row))) return;
      await find(id);
      throw new AppError(
        "CONFLICT",
        "A benchmark that has not ended uses this plugin. Cancel it or wait for its end.",
        { plugin: id },
      );
    },
    /** Runs a plugin once. Throws BAD_REQUEST if it fails, and CONFLICT if it is not ready. */
    async execute(caller: Caller, id: string, { input, logs }: ExecutePlugin): Promise<PluginExecution> {
      authorize(caller, "plugins.execute");
      const row = await find(id);
      refuseUnready(row);
      try {
        const read = (output: unknown) => checkAnswer(row.manifest, output);
        const answer = await calls.call({ row, input, options: { kind: "execute" } }, read);
        const { output, execution_time_ms } = answer;
        return { output, execution_time_ms, request_id: newId(), ...(logs ? { logs: answer.logs } : {}) };
      } catch (error) {
        throw error instanceof PluginError ? executionError(id, error, logs) : error;
      }
    },
  };
}

export type Plugins = ReturnType<typeof createPlugins>;

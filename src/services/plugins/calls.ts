import { AppError, badField } from "../../base/errors.ts";
import { PLUGIN_LIMITS, type Plugin, type PluginManifest, type PluginRecord } from "../../domain/plugin.ts";
import type { EventBus } from "../../events.ts";
import { type PluginAnswer, PluginError, type Sandbox, type SandboxedPlugin } from "../../plugins/plugin.ts";
import type { PluginRow, PluginStore } from "../../store/plugins.ts";

/** Returns the plugin as lists and events show it, without its manifest. */
export const toListedPlugin = ({ manifest: _, ...plugin }: PluginRecord): Plugin => plugin;

/** Returns a plugin as the sandbox takes it. */
export const toSandboxed = (
  { pure = false, limits, input_schema, output_schema, parameters }: PluginManifest,
  about: Pick<SandboxedPlugin, "content_hash" | "language" | "readCode">,
): SandboxedPlugin => ({
  ...about,
  pure,
  memory_mib: limits?.memory_mib ?? PLUGIN_LIMITS.memory_mib,
  ...(input_schema ? { input_schema } : {}),
  ...(output_schema ? { output_schema } : {}),
  ...(parameters ? { parameters } : {}),
});

export type CallKind = "execute" | "trial";

/** Returns how long a call may take, in milliseconds. */
const timeLimitOf = ({ limits }: PluginManifest, kind: CallKind): number =>
  kind === "trial"
    ? (limits?.trial_time_ms ?? PLUGIN_LIMITS.trial_time_ms)
    : (limits?.time_ms ?? PLUGIN_LIMITS.time_ms);

export interface CallOptions {
  kind: CallKind;
  /** The benchmark of a trial. */
  benchmark_id?: string;
  priority?: "interactive" | "batch";
}

/** One call of an installed plugin. */
export interface PluginCall {
  row: PluginRow;
  input: unknown;
  options: CallOptions;
}

/** Calls installed plugins, and publishes every call that fails. */
export function createPluginCalls(store: PluginStore, sandbox: Sandbox, bus: EventBus) {
  async function readCode(id: string): Promise<string> {
    const code = await store.code(id);
    if (code === undefined) throw new PluginError("load", "the plugin is not installed any more");
    return code;
  }

  const inSandbox = ({ id, manifest, content_hash, language }: PluginRow): SandboxedPlugin =>
    toSandboxed(manifest, { content_hash, language, readCode: () => readCode(id) });

  function publishFailure(row: PluginRow, { reason, message }: PluginError, benchmark_id?: string): void {
    if (!bus.hasListeners("plugin.events")) return;
    const about = { event: "failed", plugin: toListedPlugin(row), reason, message } as const;
    const data = benchmark_id === undefined ? about : { ...about, benchmark_id };
    bus.publish({ topic: "plugin.events", data, timestamp: Date.now() });
  }

  return {
    /** How many calls of one benchmark may be open: each worker has its next call at hand. */
    open_max: sandbox.size * 2 + 2,
    /** Calls a plugin and returns its answer, with the output as `read` returns it. Throws a PluginError. */
    async call<Result>(
      { row, input, options: { kind, benchmark_id, priority = "interactive" } }: PluginCall,
      read: (output: unknown) => Result,
    ): Promise<Omit<PluginAnswer, "output"> & { output: Result }> {
      try {
        const time_ms = timeLimitOf(row.manifest, kind);
        const { output, ...rest } = await sandbox.run(inSandbox(row), input, { time_ms, priority });
        return { output: read(output), ...rest };
      } catch (error) {
        if (error instanceof PluginError) publishFailure(row, error, benchmark_id);
        throw error;
      }
    },
    /** Returns the parameters with their defaults. Throws BAD_REQUEST if they do not fit the plugin's schema. */
    async complete(row: PluginRow, parameters: Record<string, unknown>, field: string) {
      if (!row.manifest.parameters) {
        const [first_name] = Object.keys(parameters);
        if (first_name === undefined) return {};
        throw badField(`${field}.${first_name}`, `'${row.name}' takes no parameters`);
      }
      try {
        return await sandbox.complete(inSandbox(row), parameters);
      } catch (error) {
        if (!(error instanceof PluginError)) throw error;
        if (error.reason === "busy") throw new AppError("SERVICE_UNAVAILABLE", error.message, { field });
        throw badField(field, error.message);
      }
    },
  };
}

export type PluginCalls = ReturnType<typeof createPluginCalls>;

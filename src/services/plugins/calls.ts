import { AppError, badField } from "../../base/errors.ts";
import { PLUGIN_LIMITS, type Plugin, type PluginManifest, type PluginRecord } from "../../domain/plugin.ts";
import type { EventBus } from "../../events.ts";
import { type PluginAnswer, PluginError, type Sandbox, type SandboxedPlugin } from "../../plugins/plugin.ts";
import type { PluginRow, PluginStore } from "../../store/plugins.ts";

/** What a list and an event show of a plugin. */
export const shown = ({ manifest: _, ...plugin }: PluginRecord): Plugin => plugin;

/** A manifest and its code as the sandbox takes them. */
export const sandboxed = (
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

const timeOf = ({ limits }: PluginManifest, kind: CallKind): number =>
  kind === "trial"
    ? (limits?.trial_time_ms ?? PLUGIN_LIMITS.trial_time_ms)
    : (limits?.time_ms ?? PLUGIN_LIMITS.time_ms);

export interface CallOptions {
  kind: CallKind;
  /** Of a trial. */
  benchmark_id?: string;
  priority?: "interactive" | "batch";
}

/** Calls installed plugins, and tells those who listen of every call that fails. */
export function createPluginCalls(store: PluginStore, sandbox: Sandbox, bus: EventBus) {
  async function readCode(id: string): Promise<string> {
    const code = await store.code(id);
    if (code === undefined) throw new PluginError("load", "is not installed any more");
    return code;
  }

  const inSandbox = ({ id, manifest, content_hash, language }: PluginRow): SandboxedPlugin =>
    sandboxed(manifest, { content_hash, language, readCode: () => readCode(id) });

  function tell(row: PluginRow, { reason, message }: PluginError, benchmark_id?: string): void {
    if (!bus.hasListeners("plugin.events")) return;
    const about = { event: "failed", plugin: shown(row), reason, message } as const;
    const data = benchmark_id === undefined ? about : { ...about, benchmark_id };
    bus.publish({ topic: "plugin.events", data, timestamp: Date.now() });
  }

  return {
    /** How many calls of one benchmark may be open: the workers' next ones wait at hand. */
    open_max: sandbox.size * 2 + 2,
    /** The plugin's answer as `read` makes of it; throws a PluginError. */
    async call<Result>(
      row: PluginRow,
      input: unknown,
      { kind, benchmark_id, priority = "interactive" }: CallOptions,
      read: (output: unknown) => Result,
    ): Promise<Omit<PluginAnswer, "output"> & { output: Result }> {
      try {
        const time_ms = timeOf(row.manifest, kind);
        const { output, ...rest } = await sandbox.run(inSandbox(row), input, { time_ms, priority });
        return { output: read(output), ...rest };
      } catch (error) {
        if (error instanceof PluginError) tell(row, error, benchmark_id);
        throw error;
      }
    },
    /** Parameters as the plugin is given them, defaults filled in. BAD_REQUEST where they don't fit. */
    async complete(row: PluginRow, parameters: Record<string, unknown>, field: string) {
      if (!row.manifest.parameters) {
        const [given] = Object.keys(parameters);
        if (given === undefined) return {};
        throw badField(`${field}.${given}`, `'${row.name}' takes no parameters`);
      }
      try {
        return await sandbox.complete(inSandbox(row), parameters);
      } catch (error) {
        if (!(error instanceof PluginError)) throw error;
        if (error.reason === "busy") throw new AppError("SERVICE_UNAVAILABLE", error.message, { field });
        throw badField(field, error.message);
      }
    },
    tell,
  };
}

export type PluginCalls = ReturnType<typeof createPluginCalls>;

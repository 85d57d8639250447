import type { PluginLanguage } from "../domain/plugin.ts";

/** A JSON schema, or any other JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A plugin in the form that the sandbox runs. */
export interface SandboxedPlugin {
  /** The hash of manifest and code together: a worker keeps the loaded plugin under it. */
  readonly content_hash: string;
  readonly language: PluginLanguage;
  /** Whether one context may serve many calls: the author guarantees that no call affects the next. */
  readonly pure: boolean;
  readonly memory_mib: number;
  readonly input_schema?: JsonObject;
  readonly output_schema?: JsonObject;
  /** The schema of the parameters. */
  readonly parameters?: JsonObject;
  /**
   * Returns the ES module as text, or the WebAssembly module in base64. Called if a worker has not loaded the
   * plugin yet.
   */
  readCode(): Promise<string>;
}

/**
 * Why a plugin gave no output. `load`: it cannot be loaded. `threw`: it threw an error. `timeout`, `memory`,
 * `stack`: it exceeded a limit. `input`, `output`: a value was rejected. `crashed`: its worker died. `busy`: too
 * many calls are waiting. `stopped`: it failed too often and is no longer called.
 */
export const FAULT_REASONS = [
  "load",
  "threw",
  "timeout",
  "memory",
  "stack",
  "input",
  "output",
  "crashed",
  "busy",
  "stopped",
] as const;
export type FaultReason = (typeof FAULT_REASONS)[number];

/** A failure of a plugin, never of the server. `message` is for the plugin's author. */
export class PluginError extends Error {
  override readonly name = "PluginError";

  constructor(
    readonly reason: FaultReason,
    message: string,
    readonly logs: readonly string[] = [],
  ) {
    super(message);
  }
}

export interface PluginAnswer {
  /** A JSON value. */
  output: unknown;
  /** The lines that it wrote to its console. */
  logs: string[];
  /** The time within the worker, without the time in the queue. */
  execution_time_ms: number;
}

export interface RunOptions {
  /** The time limit in milliseconds. */
  time_ms: number;
  /** Interactive calls run before those of benchmarks. */
  priority?: "interactive" | "batch";
}

/** Runs plugins in isolated processes. Every failure within them is a PluginError. */
export interface Sandbox {
  /** Loads the plugin: its code must parse, it must export `execute`, and its schemas must be valid. */
  check(plugin: SandboxedPlugin): Promise<void>;
  /** Calls `execute` with a JSON value that conforms to the plugin's schema. */
  run(plugin: SandboxedPlugin, input: unknown, options: RunOptions): Promise<PluginAnswer>;
  /** Checks parameters against their schema and returns them with its defaults. */
  complete(plugin: SandboxedPlugin, parameters: JsonObject): Promise<JsonObject>;
  /** The most calls that run at once. */
  readonly size: number;
  /** The process ids of the running workers. */
  readonly workers: readonly number[];
  /** Stops all workers and rejects all waiting calls. */
  stop(): Promise<void>;
}

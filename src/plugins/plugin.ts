import type { PluginLanguage } from "../domain/plugin.ts";

/** A JSON schema, or any other JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A plugin as the sandbox takes it. */
export interface SandboxedPlugin {
  /** Of manifest and code together: under this name a worker keeps what it has loaded. */
  readonly content_hash: string;
  readonly language: PluginLanguage;
  /** Whether one context may serve many calls: the author vouches that no call leaves anything behind. */
  readonly pure: boolean;
  readonly memory_mib: number;
  readonly input_schema?: JsonObject;
  readonly output_schema?: JsonObject;
  /** The schema of the parameters. */
  readonly parameters?: JsonObject;
  /** The ES module as text, or the WebAssembly module in base64. Asked for where a worker has not got it yet. */
  readCode(): Promise<string>;
}

/**
 * Why a plugin gave no answer: it can't be loaded; it threw; it took too long, too much memory or too deep a stack;
 * its input or output was refused; its worker died; too many others wait; it is called no more.
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

/** A failure of a plugin, never of the server. `message` is meant for the plugin's author. */
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
  /** JSON. */
  output: unknown;
  /** What it wrote to its console, a line each. */
  logs: string[];
  /** Within the worker: the time in the queue is not part of it. */
  execution_time_ms: number;
}

export interface RunOptions {
  /** At most; milliseconds. */
  time_ms: number;
  /** Interactive calls go before those of benchmarks. */
  priority?: "interactive" | "batch";
}

/** Runs plugins where they reach nothing and stall nobody. Whatever goes wrong in there is a PluginError. */
export interface Sandbox {
  /** Loads it: its code parses, it exports `execute`, its schemas are schemas. */
  check(plugin: SandboxedPlugin): Promise<void>;
  /** Calls `execute` with a JSON value, once that fits the plugin's schema. */
  run(plugin: SandboxedPlugin, input: unknown, options: RunOptions): Promise<PluginAnswer>;
  /** Parameters held against their schema, its defaults filled in. */
  complete(plugin: SandboxedPlugin, parameters: JsonObject): Promise<JsonObject>;
  /** How many calls are at work at once, at most. */
  readonly size: number;
  /** The process ids of the workers there are now. */
  readonly workers: readonly number[];
  /** Ends all workers; calls that wait are refused. */
  stop(): Promise<void>;
}

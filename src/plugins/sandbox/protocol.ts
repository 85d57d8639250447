import type { PluginLanguage } from "../../domain/plugin.ts";
import type { FaultReason, JsonObject } from "../plugin.ts";

/** The messages between the server and a worker, as JSON. */

/** A plugin as a worker needs it; sent once to each worker. */
export interface Definition {
  language: PluginLanguage;
  pure: boolean;
  memory_mib: number;
  code: string;
  input_schema: JsonObject | null;
  output_schema: JsonObject | null;
  parameters: JsonObject | null;
}

export type Job =
  | { kind: "check" }
  | { kind: "complete"; parameters: JsonObject }
  /** `input` is JSON text. */
  | { kind: "run"; input: string };

export interface Order {
  hash: string;
  time_ms: number;
  job: Job;
  /** Present if this worker has not loaded the plugin. */
  load?: Definition;
  /** Drop all plugins loaded before. */
  forget?: true;
}

/** `value` is JSON text. */
export type Report = { logs: string[]; execution_time_ms: number } & (
  | { value: string }
  | { fault: { reason: FaultReason; message: string } }
);

/** The first argument of a worker's command line, which distinguishes it from the server. */
export const WORKER_COMMAND = "plugin-worker";

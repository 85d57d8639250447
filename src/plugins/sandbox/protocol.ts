import type { PluginLanguage } from "../../domain/plugin.ts";
import type { FaultReason, JsonObject } from "../plugin.ts";

/** What passes between the server and a worker, as JSON. */

/** All that a worker has to know of a plugin; sent once to each. */
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
  /** Where this worker does not have the plugin. */
  load?: Definition;
  /** Let go of everything loaded before. */
  forget?: true;
}

/** `value` is JSON text. */
export type Report = { logs: string[]; execution_time_ms: number } & (
  | { value: string }
  | { fault: { reason: FaultReason; message: string } }
);

export type FromWorker = { ready: true } | { report: Report };

/** How a worker is told from the server: the first argument of its command line. */
export const WORKER_COMMAND = "plugin-worker";

/** Beyond its limit a call has this long to end by itself before its worker is killed. */
export const GRACE_MS = 300;

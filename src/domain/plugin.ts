import { type Static, t } from "elysia";
import { Id } from "./fields.ts";

export const PLUGIN_TYPES = ["evaluator", "transform", "custom"] as const;
export const PLUGIN_STATUSES = ["loading", "ready", "error", "disabled"] as const;

export const Plugin = t.Object({
  id: Id,
  name: t.String(),
  version: t.String(),
  plugin_type: t.Union(PLUGIN_TYPES.map((type) => t.Literal(type))),
  status: t.Union(PLUGIN_STATUSES.map((status) => t.Literal(status))),
});
export type Plugin = Static<typeof Plugin>;

export const ExecutePlugin = t.Object(
  { input: t.Record(t.String(), t.Unknown()) },
  { additionalProperties: false },
);
export type ExecutePlugin = Static<typeof ExecutePlugin>;

export const PluginExecution = t.Object({
  output: t.Unknown(),
  execution_time_ms: t.Number(),
  request_id: Id,
});
export type PluginExecution = Static<typeof PluginExecution>;

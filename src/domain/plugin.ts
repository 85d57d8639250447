import { type Static, t } from "elysia";
import { Id, Integer, Nullable, Timestamp } from "./fields.ts";

export const PLUGIN_TYPES = ["evaluator", "transform", "custom"] as const;
export type PluginType = (typeof PLUGIN_TYPES)[number];
export const PLUGIN_STATUSES = ["loading", "ready", "error", "disabled"] as const;
export const PLUGIN_LANGUAGES = ["javascript", "wasm"] as const;
export type PluginLanguage = (typeof PLUGIN_LANGUAGES)[number];

/** The longest code, in bytes. */
export const PLUGIN_CODE_MAX = 4 * 1024 * 1024;
/** The longest input and output, in bytes of JSON. */
export const PLUGIN_IO_MAX = 1024 * 1024;
/** The longest schema or example, in bytes of JSON. */
export const PLUGIN_SCHEMA_MAX = 64 * 1024;
/** The limits of the server. A manifest may set lower ones. */
export const PLUGIN_LIMITS = { memory_mib: 64, time_ms: 30_000, trial_time_ms: 1_000 } as const;
/** QuickJS allocates this much at its start. */
const MEMORY_MIB_MIN = 16;

/** Precedes the name of a plugin in place of a metric or transform: `plugin:<name>` or `plugin:<name>@<version>`. */
export const PLUGIN_PREFIX = "plugin:";

export const PLUGIN_NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";
const SEMVER =
  "(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})" +
  "(-(0|[1-9]\\d{0,8}|\\d*[A-Za-z-][0-9A-Za-z-]*)(\\.(0|[1-9]\\d{0,8}|\\d*[A-Za-z-][0-9A-Za-z-]*))*)?" +
  "(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?";

const JsonObject = (description: string) => t.Record(t.String(), t.Unknown(), { description });

/** The scale of an evaluator's score. Default: a ratio from 0 to 1, of which more is better. */
const ScoreScale = t.Object(
  {
    unit: t.Optional(t.String({ minLength: 1, maxLength: 40 })),
    range: t.Optional(t.Tuple([Nullable(t.Number()), Nullable(t.Number())])),
    better: t.Optional(t.Union([t.Literal("higher"), t.Literal("lower")])),
  },
  { additionalProperties: false },
);

const PluginLimits = t.Object(
  {
    memory_mib: t.Optional(Integer({ minimum: MEMORY_MIB_MIN, maximum: PLUGIN_LIMITS.memory_mib })),
    time_ms: t.Optional(Integer({ minimum: 1, maximum: PLUGIN_LIMITS.time_ms })),
    trial_time_ms: t.Optional(Integer({ minimum: 1, maximum: PLUGIN_LIMITS.trial_time_ms })),
  },
  { additionalProperties: false },
);

export const PluginManifest = t.Object(
  {
    name: t.String({
      pattern: PLUGIN_NAME_PATTERN,
      description: "1 to 64 letters, digits, dots, underscores or dashes, starting with a letter or digit",
    }),
    version: t.String({
      maxLength: 100,
      pattern: `^${SEMVER}$`,
      description: "a version in the form of semver.org, such as 1.0.0",
    }),
    description: t.String({ minLength: 1, maxLength: 1_000 }),
    plugin_type: t.Union(PLUGIN_TYPES.map((type) => t.Literal(type))),
    input_schema: t.Optional(JsonObject("The JSON schema of the input of `execute`.")),
    output_schema: t.Optional(JsonObject("The JSON schema of the output of `execute`.")),
    parameters: t.Optional(JsonObject("The JSON schema of the parameters.")),
    limits: t.Optional(PluginLimits),
    example: t.Optional(
      t.Object({ input: t.Unknown(), output: t.Unknown() }, { additionalProperties: false }),
    ),
    pure: t.Optional(
      t.Boolean({
        description:
          "`true`: calls do not depend on earlier calls, so that one context can serve many of them.",
      }),
    ),
    score: t.Optional(ScoreScale),
  },
  { additionalProperties: false },
);
export type PluginManifest = Static<typeof PluginManifest>;

/** The JSON body of an installation. A multipart/form-data body has `manifest` and `file` instead. */
export const InstallPlugin = t.Object(
  {
    manifest: PluginManifest,
    source: t.Optional(t.String({ minLength: 1, description: "An ES module that exports `execute`." })),
    wasm: t.Optional(t.String({ minLength: 1, description: "A WebAssembly module in base64." })),
  },
  { additionalProperties: false },
);
export type InstallPlugin = Static<typeof InstallPlugin>;

/** A plugin as callers see it. Its first five fields are those of the API document. */
export const Plugin = t.Object({
  id: Id,
  name: t.String(),
  version: t.String(),
  plugin_type: t.Union(PLUGIN_TYPES.map((type) => t.Literal(type))),
  status: t.Union(PLUGIN_STATUSES.map((status) => t.Literal(status))),
  description: t.String(),
  language: t.Union(PLUGIN_LANGUAGES.map((language) => t.Literal(language))),
  content_hash: t.String({ description: "SHA-256 of the manifest and the code." }),
  code_bytes: Integer(),
  error: Nullable(t.String({ description: "The reason for the status `error`." })),
  created_by: t.String(),
  created_at: Timestamp,
});
export type Plugin = Static<typeof Plugin>;

/** A single plugin, with its manifest. Lists leave the manifest out. */
export const PluginRecord = t.Composite([Plugin, t.Object({ manifest: PluginManifest })]);
export type PluginRecord = Static<typeof PluginRecord>;

export const PLUGIN_EVENTS = [
  "loading",
  "ready",
  "error",
  "disabled",
  "enabled",
  "removed",
  "failed",
] as const;

/** A change of a plugin's status, or a failed call; `reason` and `message` explain it. */
export const PluginEvent = t.Object({
  event: t.Union(PLUGIN_EVENTS.map((event) => t.Literal(event))),
  plugin: Plugin,
  reason: t.Optional(t.String()),
  message: t.Optional(t.String()),
  benchmark_id: t.Optional(t.String()),
});
export type PluginEvent = Static<typeof PluginEvent>;

export const ChangePlugin = t.Object(
  { status: t.Union([t.Literal("ready"), t.Literal("disabled")]) },
  { additionalProperties: false },
);
export type ChangePlugin = Static<typeof ChangePlugin>;

export const ExecutePlugin = t.Object(
  { input: t.Record(t.String(), t.Unknown()), logs: t.Optional(t.Boolean()) },
  { additionalProperties: false },
);
export type ExecutePlugin = Static<typeof ExecutePlugin>;

export const PluginExecution = t.Object({
  output: t.Unknown(),
  execution_time_ms: t.Number(),
  request_id: Id,
  logs: t.Optional(t.Array(t.String(), { description: "The plugin's console output, if `logs` was true." })),
});
export type PluginExecution = Static<typeof PluginExecution>;

/** Identifies the exact plugin that a result depends on. */
export const PluginUsed = t.Object({
  name: t.String(),
  version: t.String(),
  content_hash: t.String(),
});
export type PluginUsed = Static<typeof PluginUsed>;

/** The scale of an evaluator's score, with its defaults filled in. */
export interface Scale {
  unit: string;
  /** The lowest and highest score; null for no bound. */
  range: [number | null, number | null];
  better: "higher" | "lower";
}

/**
 * A plugin in the version that a benchmark uses, even after a newer one is installed. `ref` is its name in the request,
 * and for a metric the key of its scores. `parameters` are passed to every call, with their defaults filled in.
 */
export interface PinnedPlugin extends PluginUsed {
  ref: string;
  id: string;
  description: string;
  parameters: Record<string, unknown>;
  scale: Scale;
}

/** Names a plugin as `plugin:<name>` or `plugin:<name>@<version>`. */
export const PluginRef = t.String({
  pattern: `^${PLUGIN_PREFIX}.{1,170}$`,
  description: "a plugin as plugin:name, or plugin:name@version",
});

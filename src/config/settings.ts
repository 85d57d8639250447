import type { ConcurrencyBounds } from "../domain/concurrency.ts";
import {
  accountSetting,
  type EndpointOptions,
  type EndpointValues,
  endpointSetting,
  type FurtherAccountValues,
  PROVIDER_DEFAULTS,
  PROVIDER_SETTINGS,
} from "./providers.ts";
import {
  bindAddress,
  flag,
  hosts,
  oneOf,
  origins,
  password,
  type Setting,
  secret,
  text,
  unused,
  url,
  whole,
} from "./setting-types.ts";

/** The least length of the secret that signs tokens. */
export const SECRET_BYTES = 32;
const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/**
 * Every setting by its environment variable. The same names in lower case are the options of `createServer`. The text
 * behind the bounds is the example of an error message, not the default: defaults are in `DEFAULTS`.
 */
const SETTINGS = {
  NODE_ENV: oneOf(["development", "production", "test"]),
  JWT_SECRET: secret("at-least-32-bytes-from-openssl-rand-hex-32", SECRET_BYTES),
  JWT_EXPIRATION: whole(1, 31_536_000, "3600"),
  BIND_ADDRESS: bindAddress,
  ALLOWED_HOSTS: hosts,
  DATA_DIR: text("./data"),
  DATABASE_URL: url("file:./data/test-bench.db", ["file:", "libsql:", "http:", "https:", "ws:", "wss:"]),
  DATABASE_AUTH_TOKEN: secret("token-of-the-libsql-server"),
  ENABLE_REST: flag(),
  ENABLE_GRAPHQL: flag(),
  ENABLE_WEBSOCKET: flag(),
  ENABLE_SWAGGER: flag(),
  CORS_ORIGINS: origins,
  HSTS_MAX_AGE: whole(0, 63_072_000, "31536000"),
  RATE_LIMIT_RPS: whole(0, 1_000_000, "100"),
  RATE_LIMIT_BURST: whole(0, 1_000_000, "50"),
  WS_AUTH: oneOf(["optional", "required"]),
  ADMIN_USERNAME: text("admin", 200),
  ADMIN_PASSWORD: password("at-least-8-characters", 8, 1024),
  TRUST_PROXY: whole(0, 10, "1"),
  DRAIN_SECONDS: whole(0, 3600, "10"),
  LOG_LEVEL: oneOf(LOG_LEVELS),
  RETENTION_DAYS: whole(1, 36_500, "30"),
  RETENTION_MAX_ROWS: whole(1, 1_000_000_000, "200000"),
  UPLOAD_QUOTA_MB: whole(0, 1_000_000_000, "4096"),
  ...PROVIDER_SETTINGS,
  PLUGIN_WORKERS: whole(1, 64, "2"),
  PLUGIN_FAILURES_MAX: whole(1, 1_000_000, "10"),
  PRICES_FILE: text("./prices.json"),
  JUDGE_PROVIDER: text("openai", 64),
  JUDGE_MODEL: text("gpt-4o-mini", 300),
  HF_ENDPOINT: url("https://huggingface.co"),
  OTEL_EXPORTER_OTLP_ENDPOINT: unused(url("http://localhost:4318")),
} satisfies Record<string, Setting<unknown>>;

type Settings = typeof SETTINGS;
export type Variable = keyof Settings;
/** The names of all settings, except those of named endpoints. */
export const VARIABLES = Object.keys(SETTINGS) as readonly Variable[];
export const isVariable = (name: string): name is Variable => Object.hasOwn(SETTINGS, name);
type ValueOf<Name extends Variable> = ReturnType<Settings[Name]["read"]>;

/** The values of settings by lower-case name. A setting without a default may be absent. */
export type ConfigValues = {
  [Name in Variable as Lowercase<Name>]?: ValueOf<Name> | undefined;
} & EndpointValues &
  FurtherAccountValues;

/** The values that the operator set: no key is present without a value. */
export type GivenValues = { [Name in keyof ConfigValues]: Exclude<ConfigValues[Name], undefined> };

/** The options of `createServer`: each setting by its lower-case name, as its value or as the text of the variable. */
export type ConfigOptions = {
  [Name in Variable as Lowercase<Name>]?:
    | ValueOf<Name>
    | string
    | (ValueOf<Name> extends ConcurrencyBounds ? number : never)
    | undefined;
} & EndpointOptions &
  FurtherAccountValues;

/** The values of settings that the operator did not set. */
export const DEFAULTS = {
  node_env: "development",
  jwt_expiration: 3600,
  bind_address: { hostname: "127.0.0.1", port: 3000 },
  allowed_hosts: [] as string[],
  data_dir: "./data",
  enable_rest: true,
  enable_graphql: true,
  enable_websocket: true,
  enable_swagger: true,
  cors_origins: [] as string[],
  hsts_max_age: 0,
  rate_limit_rps: 100,
  rate_limit_burst: 50,
  trust_proxy: 0,
  drain_seconds: 5,
  log_level: "info",
  retention_days: 90,
  retention_max_rows: 1_000_000,
  upload_quota_mb: 4_096,
  plugin_workers: 2,
  plugin_failures_max: 10,
  hf_endpoint: "https://huggingface.co",
  ...PROVIDER_DEFAULTS,
} satisfies ConfigValues;

/** Makes these settings mandatory. */
type Required<Name extends keyof ConfigValues> = { [Key in Name]: Exclude<ConfigValues[Key], undefined> };

/** The complete configuration of a server. */
export type Config = Readonly<
  ConfigValues & Required<keyof typeof DEFAULTS | "jwt_secret" | "database_url" | "ws_auth">
>;

/** Returns the setting with this name, in upper or lower case; undefined if there is none. */
export function settingOf(name: string): Setting<unknown> | undefined {
  const variable = name.toUpperCase();
  if (isVariable(variable)) return SETTINGS[variable];
  return endpointSetting(variable) ?? accountSetting(variable);
}

import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { nearest } from "../base/nearest.ts";
import type { ConcurrencyBounds } from "../domain/concurrency.ts";
import { faultBetween } from "./checks.ts";
import {
  type EndpointOptions,
  type EndpointValues,
  endpointSetting,
  PROVIDER_DEFAULTS,
  PROVIDER_SETTINGS,
} from "./providers.ts";
import {
  bindAddress,
  flag,
  oneOf,
  origins,
  password,
  type Setting,
  secret,
  text,
  textOf,
  unused,
  url,
  whole,
} from "./setting.ts";

/** A setting that stops the start: which one, what is wrong with it, and what a good value looks like. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(variable: string, fault: string, example?: string) {
    super(`${variable} ${fault}.${example === undefined ? "" : ` Example: ${variable}=${example}`}`);
  }
}

const SECRET_BYTES = 32;
const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** Every setting, by its environment variable. In code the same names in lower case are `createServer`'s options. */
const SETTINGS = {
  NODE_ENV: oneOf(["development", "production", "test"]),
  JWT_SECRET: secret("at-least-32-bytes-from-openssl-rand-hex-32", SECRET_BYTES),
  JWT_EXPIRATION: whole(1, 31_536_000, "3600"),
  BIND_ADDRESS: bindAddress,
  DATA_DIR: text("./data"),
  DATABASE_URL: url("file:./data/test-bench.db", ["file:", "libsql:", "http:", "https:", "ws:", "wss:"]),
  DATABASE_AUTH_TOKEN: secret("token-of-the-libsql-server"),
  ENABLE_REST: flag(),
  ENABLE_GRAPHQL: flag(),
  ENABLE_WEBSOCKET: flag(),
  ENABLE_SWAGGER: flag(),
  CORS_ORIGINS: origins,
  RATE_LIMIT_RPS: whole(0, 1_000_000, "100"),
  RATE_LIMIT_BURST: whole(0, 1_000_000, "50"),
  WS_AUTH: oneOf(["optional", "required"]),
  ADMIN_USERNAME: text("admin", 200),
  ADMIN_PASSWORD: password("at-least-8-characters", 8, 1024),
  TRUST_PROXY: whole(0, 10, "1"),
  LOG_LEVEL: oneOf(LOG_LEVELS),
  RETENTION_DAYS: whole(1, 36_500, "30"),
  RETENTION_MAX_ROWS: whole(1, 1_000_000_000, "200000"),
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
type Variable = keyof Settings;
/** All there are, as the README's table has to list them. */
export const VARIABLES = Object.keys(SETTINGS) as readonly Variable[];
const isVariable = (name: string): name is Variable => Object.hasOwn(SETTINGS, name);
type Read<Name extends Variable> = ReturnType<Settings[Name]["read"]>;

/** Settings as values, by lower-case name; what is absent has no default. */
type Values = { [Name in Variable as Lowercase<Name>]?: Read<Name> | undefined } & EndpointValues;

/** Those that were given: none is undefined. */
type GivenValues = { [Name in keyof Values]: Exclude<Values[Name], undefined> };

/** What `createServer` takes: each setting by its lower-case name, as text or as the value it stands for. */
export type ConfigOptions = {
  [Name in Variable as Lowercase<Name>]?:
    | Read<Name>
    | string
    | (Read<Name> extends ConcurrencyBounds ? number : never)
    | undefined;
} & EndpointOptions;

const DEFAULTS = {
  node_env: "development",
  jwt_expiration: 3600,
  bind_address: { hostname: "127.0.0.1", port: 3000 },
  data_dir: "./data",
  enable_rest: true,
  enable_graphql: true,
  enable_websocket: true,
  enable_swagger: true,
  cors_origins: [] as string[],
  rate_limit_rps: 100,
  rate_limit_burst: 50,
  trust_proxy: 0,
  log_level: "info",
  retention_days: 90,
  retention_max_rows: 1_000_000,
  plugin_workers: 2,
  plugin_failures_max: 10,
  hf_endpoint: "https://huggingface.co",
  ...PROVIDER_DEFAULTS,
} satisfies Values;

/** Names of settings that always have a value. */
type Given<Name extends keyof Values> = { [Key in Name]: Exclude<Values[Key], undefined> };

export type Config = Readonly<
  Values & Given<keyof typeof DEFAULTS | "jwt_secret" | "database_url" | "ws_auth">
>;

const SECRET_FILE = "jwt-secret";
const DATABASE_FILE = "test-bench.db";

/** The setting behind a name in either case; undefined if there is none. */
function settingOf(name: string): Setting<unknown> | undefined {
  const variable = name.toUpperCase();
  return isVariable(variable) ? SETTINGS[variable] : endpointSetting(variable);
}

function readSetting(variable: string, setting: Setting<unknown>, given: string): unknown {
  try {
    return setting.read(setting.verbatim ? given : given.trim());
  } catch (error) {
    throw new ConfigError(variable, (error as Error).message, setting.example);
  }
}

function refuseUnknown(variable: string): never {
  const suggestion = nearest(variable, VARIABLES);
  throw new ConfigError(
    variable,
    `is not a setting (${suggestion ? `did you mean ${suggestion}?` : "the README lists them"})`,
  );
}

/** Only what was given, for an absent key must not hide its default. A blank text is as good as none. */
function readValues(options: ConfigOptions): GivenValues {
  const values = Object.entries(options).flatMap(([name, value]) => {
    const variable = name.toUpperCase();
    const setting = settingOf(variable) ?? refuseUnknown(variable);
    const given = value === undefined ? "" : textOf(value);
    return given.trim() === "" ? [] : [[name, readSetting(variable, setting, given)]];
  });
  return Object.fromEntries(values) as GivenValues;
}

/** Makes DATA_DIR where it is missing. */
function openDataDir(path: string): string {
  const data_dir = resolve(path);
  try {
    mkdirSync(data_dir, { recursive: true, mode: 0o700 });
    accessSync(data_dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ConfigError(
      "DATA_DIR",
      `can't be used (${(error as Error).message})`,
      SETTINGS.DATA_DIR.example,
    );
  }
  return data_dir;
}

/** A secret that is made once and kept beside the database, so that tokens outlive a restart. */
function keptSecret(data_dir: string): string {
  const file = join(data_dir, SECRET_FILE);
  if (!existsSync(file)) writeFileSync(file, randomBytes(SECRET_BYTES).toString("hex"), { mode: 0o600 });
  const kept = readFileSync(file, "utf8").trim();
  if (Buffer.byteLength(kept) >= SECRET_BYTES) return kept;
  throw new ConfigError(
    "JWT_SECRET",
    `is kept in ${file}, which holds fewer than ${SECRET_BYTES} bytes: remove that file, and a new one is made`,
  );
}

function refuseTogether(values: Values): void {
  const found = faultBetween(values);
  if (found) throw new ConfigError(found.variable, found.fault, settingOf(found.variable)?.example);
}

/** Settings from code, checked, completed and frozen; makes DATA_DIR. Throws ConfigError naming the setting. */
export function createConfig(options: ConfigOptions = {}): Config {
  const values = readValues(options);
  refuseTogether(values);
  const data_dir = openDataDir(values.data_dir ?? DEFAULTS.data_dir);
  return Object.freeze({
    ...DEFAULTS,
    ...values,
    data_dir,
    jwt_secret: values.jwt_secret ?? keptSecret(data_dir),
    database_url: values.database_url ?? pathToFileURL(join(data_dir, DATABASE_FILE)).href,
    ws_auth: values.ws_auth ?? (values.node_env === "production" ? "required" : "optional"),
  });
}

/** The settings that were given and that this version does not act on. */
export const unusedSettings = (config: Config): string[] =>
  Object.keys(config)
    .filter((name) => settingOf(name)?.unused)
    .map((name) => name.toUpperCase());

/** Settings from the environment: the only place that reads it. */
export function configFromEnvironment(environment: Record<string, string | undefined> = process.env): Config {
  const known = Object.entries(environment).filter(([name]) => isVariable(name) || endpointSetting(name));
  return createConfig(Object.fromEntries(known.map(([name, value]) => [name.toLowerCase(), value])));
}

/** The key with which commands call a server elsewhere; no setting of a server's. */
export const API_KEY_VARIABLE = "LLM_TEST_BENCH_API_KEY";
export const apiKeyFromEnvironment = (
  environment: Record<string, string | undefined> = process.env,
): string | undefined => environment[API_KEY_VARIABLE]?.trim() || undefined;

/** What a URL may hold that is nobody's business: a name and password, or a token among its parameters. */
const withoutCredentials = (value: string): string =>
  value.replace(/(:\/\/)[^/@?#]*@/, "$1[redacted]@").replace(/\?.*$/, "?[redacted]");

function printable(name: string, value: unknown): unknown {
  if (settingOf(name)?.secret) return "[redacted]";
  return typeof value === "string" && URL.canParse(value) ? withoutCredentials(value) : value;
}

/** The configuration as it may be printed: secrets are replaced, those in URLs too. */
export function redacted(config: Config): Record<string, unknown> {
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, printable(name, value)]));
}

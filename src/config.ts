import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** A setting that stops the start: which one, what is wrong with it, and what a good value looks like. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(variable: string, fault: string, example: string) {
    super(`${variable} ${fault}. Example: ${variable}=${example}`);
  }
}

interface Setting<Value> {
  example: string;
  read(text: string): Value;
  secret?: true;
  /** Accepted and checked, but nothing in this version acts on it: the start says so. */
  unused?: true;
}

const fail = (fault: string): never => {
  throw new Error(fault);
};

const text = (example: string): Setting<string> => ({ example, read: (value) => value });
const secret = (example: string): Setting<string> => ({ example, read: (value) => value, secret: true });
const unused = <Value>(setting: Setting<Value>): Setting<Value> => ({ ...setting, unused: true });

const flag = (): Setting<boolean> => ({
  example: "true",
  read: (value) => (value === "true" ? true : value === "false" ? false : fail("must be true or false")),
});

const whole = (minimum: number, maximum: number, example: string): Setting<number> => ({
  example,
  read(value) {
    const number = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= minimum && number <= maximum) return number;
    return fail(`must be a whole number from ${minimum} to ${maximum}`);
  },
});

const oneOf = <const Option extends string>(options: readonly Option[]): Setting<Option> => ({
  example: options[0] ?? "",
  read: (value) => options.find((option) => option === value) ?? fail(`must be one of ${options.join(", ")}`),
});

const url = (example: string, protocols = ["http:", "https:"]): Setting<string> => ({
  example,
  read(value) {
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value.replace(/\/+$/, "");
    return fail(`must be a URL beginning with ${protocols.join(" or ")}`);
  },
});

const origins: Setting<string[]> = {
  example: "https://myapp.com,https://staging.myapp.com",
  read: (value) =>
    value
      .split(",")
      .map((origin) => origin.trim())
      .filter((origin) => origin !== "")
      .map((origin) =>
        URL.canParse(origin) && new URL(origin).origin === origin
          ? origin
          : fail(`holds '${origin}', which is not an origin (scheme, host and port, no path, no *)`),
      ),
};

const bindAddress: Setting<{ hostname: string; port: number }> = {
  example: "0.0.0.0:3000",
  read(value) {
    const [, hostname, port] = /^(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})$/.exec(value) ?? [];
    if (!hostname || Number(port) > 65_535) return fail("must be host:port, the port at most 65535");
    return { hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port) };
  },
};

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** Every setting, by its environment variable. In code the same names in lower case are `createServer`'s options. */
const SETTINGS = {
  NODE_ENV: oneOf(["development", "production", "test"]),
  JWT_SECRET: secret("at-least-32-bytes-from-openssl-rand-hex-32"),
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
  ADMIN_USERNAME: text("admin"),
  ADMIN_PASSWORD: secret("at-least-8-characters"),
  TRUST_PROXY: whole(0, 10, "1"),
  LOG_LEVEL: oneOf(LOG_LEVELS),
  RETENTION_DAYS: whole(1, 36_500, "30"),
  OPENAI_API_KEY: secret("sk-…"),
  OPENAI_BASE_URL: url("https://api.openai.com/v1"),
  OPENAI_CONCURRENCY: whole(1, 10_000, "20"),
  ANTHROPIC_API_KEY: secret("sk-ant-…"),
  ANTHROPIC_BASE_URL: url("https://api.anthropic.com/v1"),
  ANTHROPIC_CONCURRENCY: whole(1, 10_000, "20"),
  BASELINE_CONCURRENCY: whole(1, 10_000, "256"),
  MOCK_CONCURRENCY: whole(1, 10_000, "256"),
  PRICES_FILE: text("./prices.json"),
  JUDGE_PROVIDER: unused(text("openai")),
  JUDGE_MODEL: unused(text("gpt-4o-mini")),
  HF_ENDPOINT: unused(url("https://huggingface.co")),
  HF_TOKEN: unused(secret("hf_…")),
  OTEL_EXPORTER_OTLP_ENDPOINT: unused(url("http://localhost:4318")),
} satisfies Record<string, Setting<unknown>>;

type Settings = typeof SETTINGS;
type Variable = keyof Settings;
type Read<Name extends Variable> = ReturnType<Settings[Name]["read"]>;

/** Settings as values, by lower-case name; what is absent has no default. */
type Values = { [Name in Variable as Lowercase<Name>]?: Read<Name> | undefined };

/** What `createServer` takes: each setting by its lower-case name, as text or as the value it stands for. */
export type ConfigOptions = { [Name in Variable as Lowercase<Name>]?: Read<Name> | string | undefined };

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
  retention_days: 30,
  openai_concurrency: 20,
  anthropic_concurrency: 20,
  baseline_concurrency: 256,
  mock_concurrency: 256,
} satisfies Values;

/** Names of settings that always have a value. */
type Given<Name extends keyof Values> = { [Key in Name]: Exclude<Values[Key], undefined> };

export type Config = Readonly<
  Values & Given<keyof typeof DEFAULTS | "jwt_secret" | "database_url" | "ws_auth">
>;

const SECRET_BYTES = 32;
const SECRET_FILE = "jwt-secret";

function readSetting(variable: Variable, value: unknown): unknown {
  const setting: Setting<unknown> = SETTINGS[variable];
  if (typeof value !== "string") return value;
  try {
    return setting.read(value.trim());
  } catch (error) {
    throw new ConfigError(variable, (error as Error).message, setting.example);
  }
}

/** Only what was given: a key that is there but undefined would hide the default. */
type GivenValues = { [Name in keyof Values]: Exclude<Values[Name], undefined> };

function readValues(options: ConfigOptions): GivenValues {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== "");
  const values = given.map(([name, value]) => {
    const variable = name.toUpperCase();
    if (!(variable in SETTINGS)) throw new ConfigError(variable, "is not a setting", "see the README");
    return [name, readSetting(variable as Variable, value)];
  });
  return Object.fromEntries(values) as GivenValues;
}

/** A secret that is made once and kept beside the database, so that tokens outlive a restart. */
function keptSecret(data_dir: string): string {
  const file = join(data_dir, SECRET_FILE);
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  mkdirSync(data_dir, { recursive: true, mode: 0o700 });
  const made = randomBytes(SECRET_BYTES).toString("hex");
  writeFileSync(file, made, { mode: 0o600 });
  return made;
}

function signingSecret(values: Values, data_dir: string, production: boolean): string {
  const example = SETTINGS.JWT_SECRET.example;
  if (values.jwt_secret === undefined) {
    if (production) throw new ConfigError("JWT_SECRET", "must be set in production", example);
    return keptSecret(data_dir);
  }
  if (Buffer.byteLength(values.jwt_secret) < SECRET_BYTES) {
    throw new ConfigError("JWT_SECRET", `must have at least ${SECRET_BYTES} bytes`, example);
  }
  return values.jwt_secret;
}

function checkAdmin({ admin_username, admin_password }: Values): void {
  if ((admin_username === undefined) !== (admin_password === undefined)) {
    const missing = admin_username === undefined ? "ADMIN_USERNAME" : "ADMIN_PASSWORD";
    throw new ConfigError(missing, "must be set together with its other half", SETTINGS[missing].example);
  }
  if (admin_password !== undefined && admin_password.length < 8) {
    throw new ConfigError(
      "ADMIN_PASSWORD",
      "must have at least 8 characters",
      SETTINGS.ADMIN_PASSWORD.example,
    );
  }
}

/**
 * Settings from code, checked, completed and frozen. Throws ConfigError naming the setting.
 * In development it makes DATA_DIR and the signing secret in it.
 */
export function createConfig(options: ConfigOptions = {}): Config {
  const values = readValues(options);
  checkAdmin(values);
  const production = values.node_env === "production";
  const data_dir = resolve(values.data_dir ?? DEFAULTS.data_dir);
  return Object.freeze({
    ...DEFAULTS,
    ...values,
    data_dir,
    jwt_secret: signingSecret(values, data_dir, production),
    database_url: values.database_url ?? `file:${join(data_dir, "test-bench.db")}`,
    ws_auth: values.ws_auth ?? (production ? "required" : "optional"),
  });
}

const settingOf = (name: string): Setting<unknown> | undefined => SETTINGS[name.toUpperCase() as Variable];

/** The settings that were given and that this version does not act on. */
export const unusedSettings = (config: Config): string[] =>
  Object.keys(config)
    .filter((name) => settingOf(name)?.unused)
    .map((name) => name.toUpperCase());

/** Settings from the environment: the only place that reads it. */
export function configFromEnvironment(environment: Record<string, string | undefined> = process.env): Config {
  const known = Object.keys(SETTINGS).map((name) => [name.toLowerCase(), environment[name]]);
  return createConfig(Object.fromEntries(known));
}

/** The configuration as it may be printed: secrets are replaced. */
export function redacted(config: Config): Record<string, unknown> {
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, settingOf(name)?.secret ? "[redacted]" : value]),
  );
}

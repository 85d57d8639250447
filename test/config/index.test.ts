import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type Config,
  ConfigError,
  type ConfigOptions,
  configFromEnvironment,
  createConfig,
  redacted,
  unusedSettings,
  VARIABLES,
} from "../../src/config/index.ts";
import {
  accountsIn,
  concurrencyIn,
  PROVIDER_DEFAULTS,
  PROVIDER_SETTINGS,
} from "../../src/config/providers.ts";
import { exactly } from "../../src/domain/concurrency.ts";
import { tempDirs } from "../support/temp-dir.ts";

type Variable = (typeof VARIABLES)[number];

const tempDir = tempDirs();
const SECRET = "0123456789abcdef0123456789abcdef";

const read = (environment: Record<string, string>): Config =>
  configFromEnvironment({ DATA_DIR: tempDir(), ...environment });

function faultOf(make: () => unknown): ConfigError {
  try {
    make();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was expected to be refused");
}

const optionOf = (variable: string) => variable.toLowerCase() as keyof Config;

/** Variables that are refused alone, with what they need beside them. */
const BESIDE: Partial<Record<Variable, Record<string, string>>> = {
  ADMIN_USERNAME: { ADMIN_PASSWORD: "password1" },
  ADMIN_PASSWORD: { ADMIN_USERNAME: "admin" },
  NODE_ENV: { JWT_SECRET: SECRET },
  JUDGE_PROVIDER: { JUDGE_MODEL: "a-model" },
  JUDGE_MODEL: { JUDGE_PROVIDER: "openai" },
};

const flags: [string, unknown][] = [
  ["true", true],
  ["false", false],
];
const concurrency: [string, unknown][] = [
  ["1", exactly(1)],
  ["10000", exactly(10_000)],
  ["1-100", { min: 1, max: 100, start: 20 }],
  ["30-50", { min: 30, max: 50, start: 30 }],
  ["2-8", { min: 2, max: 8, start: 8 }],
];
const urls: [string, unknown][] = [
  ["https://example.org/v1", "https://example.org/v1"],
  ["http://127.0.0.1:8080/", "http://127.0.0.1:8080"],
];
const anyText: [string, unknown][] = [
  ["some-text", "some-text"],
  ["  blanks around it  ", "blanks around it"],
];

/** Each variable's texts, with the value that each stands for. */
const OWN: Record<Exclude<Variable, keyof typeof PROVIDER_SETTINGS>, [string, unknown][]> = {
  NODE_ENV: ["development", "production", "test"].map((name) => [name, name]),
  JWT_SECRET: [[SECRET, SECRET]],
  JWT_EXPIRATION: [
    ["1", 1],
    ["31536000", 31_536_000],
  ],
  BIND_ADDRESS: [
    ["0.0.0.0:3000", { hostname: "0.0.0.0", port: 3000 }],
    ["localhost:0", { hostname: "localhost", port: 0 }],
    ["[::1]:65535", { hostname: "::1", port: 65_535 }],
  ],
  DATA_DIR: [],
  DATABASE_URL: [
    ["file:./elsewhere.db", "file:./elsewhere.db"],
    ["libsql://db.example.org", "libsql://db.example.org"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
  ],
  DATABASE_AUTH_TOKEN: anyText,
  ENABLE_REST: flags,
  ENABLE_GRAPHQL: flags,
  ENABLE_WEBSOCKET: flags,
  ENABLE_SWAGGER: flags,
  CORS_ORIGINS: [
    ["https://a.example.org", ["https://a.example.org"]],
    [" https://a.example.org , http://localhost:5173, ", ["https://a.example.org", "http://localhost:5173"]],
  ],
  RATE_LIMIT_RPS: [
    ["0", 0],
    ["250", 250],
  ],
  RATE_LIMIT_BURST: [["0", 0]],
  WS_AUTH: [
    ["optional", "optional"],
    ["required", "required"],
  ],
  ADMIN_USERNAME: [["root", "root"]],
  ADMIN_PASSWORD: [
    ["password1", "password1"],
    ["  two blanks  ", "  two blanks  "],
  ],
  TRUST_PROXY: [
    ["0", 0],
    ["10", 10],
  ],
  LOG_LEVEL: ["fatal", "error", "warn", "info", "debug", "trace", "silent"].map((name) => [name, name]),
  RETENTION_DAYS: [
    ["1", 1],
    ["36500", 36_500],
  ],
  RETENTION_MAX_ROWS: [
    ["1", 1],
    ["1000000000", 1_000_000_000],
  ],
  PLUGIN_WORKERS: [
    ["1", 1],
    ["64", 64],
  ],
  PLUGIN_FAILURES_MAX: [
    ["1", 1],
    ["1000000", 1_000_000],
  ],
  PRICES_FILE: anyText,
  JUDGE_PROVIDER: [
    ["openai", "openai"],
    ["  mock ", "mock"],
  ],
  JUDGE_MODEL: anyText,
  HF_ENDPOINT: urls,
  OTEL_EXPORTER_OTLP_ENDPOINT: urls,
};

/** A provider's variables are told apart by how they end; those of its account are texts. */
const ofProviders = <Row>(base_url: Row, calls: Row, account?: Row): Record<string, Row> =>
  Object.fromEntries(
    Object.keys(PROVIDER_SETTINGS).flatMap((variable) => {
      const other = variable.endsWith("_CONCURRENCY") ? calls : account;
      const row = variable.endsWith("_BASE_URL") ? base_url : other;
      return row === undefined ? [] : [[variable, row]];
    }),
  );

const GOOD: Partial<Record<Variable, [string, unknown][]>> = {
  ...OWN,
  ...ofProviders<[string, unknown][]>(urls, concurrency, anyText),
};

const notWhole = (minimum: number, maximum: number, ...more: string[]): [string, string][] =>
  [String(minimum - 1), String(maximum + 1), "ten", "1.5", "0x10", "1e3", "+5", ...more].map((text) => [
    text,
    `must be a whole number from ${minimum} to ${maximum}`,
  ]);
const notFlags: [string, string][] = ["yes", "1", "TRUE", "on"].map((text) => [
  text,
  "must be true or false",
]);
const notUrls: [string, string][] = ["example.org", "ftp://example.org", "http://", "//example.org"].map(
  (text) => [text, "must be a URL beginning with http: or https:"],
);

const notBounds: [string, string][] = ["0", "10001", "0-5", "8-2", "1-10001", "1-", "-5", "many", "1.5"].map(
  (text) => [text, "must be a whole number from 1 to 10000, or two of them as in 1-100"],
);

/** Texts that are refused, with the fault that is named. What is not here takes any text. */
const BAD: Partial<Record<Variable, [string, string][]>> = {
  NODE_ENV: [["staging", "must be one of development, production, test"]],
  JWT_SECRET: [
    ["short", "must have at least 32 bytes"],
    [SECRET.slice(1), "must have at least 32 bytes"],
    [`${SECRET.slice(1)} `, "must have at least 32 bytes"],
  ],
  JWT_EXPIRATION: notWhole(1, 31_536_000),
  BIND_ADDRESS: ["3000", ":3000", "localhost", "localhost:65536", "a b:3000", "::1:3000", "http://h:1"].map(
    (text) => [text, "must be host:port, the port at most 65535"],
  ),
  DATABASE_URL: ["./test.db", "postgres://db.example.org/x", "file:", "file://"].map((text) => [
    text,
    "must be a URL beginning with file: or libsql:",
  ]),
  ENABLE_REST: notFlags,
  ENABLE_GRAPHQL: notFlags,
  ENABLE_WEBSOCKET: notFlags,
  ENABLE_SWAGGER: notFlags,
  CORS_ORIGINS: [
    ["*", "holds '*', which is not an origin"],
    ["https://a.example.org/path", "holds 'https://a.example.org/path', which is not an origin"],
    ["https://a.example.org,b.example.org", "holds 'b.example.org', which is not an origin"],
    ["null", "holds 'null', which is not an origin"],
  ],
  RATE_LIMIT_RPS: notWhole(0, 1_000_000),
  RATE_LIMIT_BURST: notWhole(0, 1_000_000),
  WS_AUTH: [["none", "must be one of optional, required"]],
  ADMIN_USERNAME: [["a".repeat(201), "must have at most 200 characters"]],
  ADMIN_PASSWORD: [
    ["seven77", "must have 8 to 1024 characters"],
    ["a".repeat(1025), "must have 8 to 1024 characters"],
  ],
  TRUST_PROXY: notWhole(0, 10, "true"),
  LOG_LEVEL: [["verbose", "must be one of fatal, error, warn, info, debug, trace, silent"]],
  RETENTION_DAYS: notWhole(1, 36_500),
  PLUGIN_WORKERS: notWhole(1, 64),
  PLUGIN_FAILURES_MAX: notWhole(1, 1_000_000),
  RETENTION_MAX_ROWS: notWhole(1, 1_000_000_000),
  ...ofProviders(notUrls, notBounds),
  HF_ENDPOINT: notUrls,
  OTEL_EXPORTER_OTLP_ENDPOINT: notUrls,
};

const rows = <Value>(table: Partial<Record<Variable, [string, Value][]>>): [Variable, string, Value][] =>
  VARIABLES.flatMap((variable) =>
    (table[variable] ?? []).map(([text, value]): [Variable, string, Value] => [variable, text, value]),
  );

describe("a good value", () => {
  test("has a row for every variable", () => {
    expect(Object.keys(GOOD).sort()).toEqual([...VARIABLES].sort());
  });

  test.each(rows(GOOD))("%s=%p", (variable, text, value) => {
    const environment = { ...BESIDE[variable], [variable]: text };
    expect<unknown>(read(environment)[optionOf(variable)]).toEqual(value);
  });

  test.each(rows(GOOD))("%s=%p means the same in code, as text and as a value", (variable, text, value) => {
    const data_dir = tempDir();
    const beside = Object.fromEntries(
      Object.entries(BESIDE[variable] ?? {}).map(([name, given]) => [optionOf(name), given]),
    );
    const environment = configFromEnvironment({ ...BESIDE[variable], DATA_DIR: data_dir, [variable]: text });
    const option = optionOf(variable);
    expect(createConfig({ data_dir, ...beside, [option]: text })).toEqual(environment);
    expect(createConfig({ data_dir, ...beside, [option]: value })).toEqual(environment);
  });
});

describe("a bad value", () => {
  test.each(rows(BAD))("%s=%p names the variable, the fault and an example", (variable, text, fault) => {
    const { message } = faultOf(() => read({ ...BESIDE[variable], [variable]: text }));
    expect(message).toStartWith(`${variable} ${fault}`);
    expect(message).toMatch(new RegExp(`\\. Example: ${variable}=\\S`));
  });

  test.each(rows(BAD))("%s=%p is refused in code too", (variable, text) => {
    const { message } = faultOf(() => createConfig({ data_dir: tempDir(), [optionOf(variable)]: text }));
    expect(message).toStartWith(`${variable} `);
  });

  test("that is no text is checked as well", () => {
    const faults: [ConfigOptions, string][] = [
      [{ rate_limit_rps: -1 }, "RATE_LIMIT_RPS"],
      [{ jwt_expiration: 1.5 }, "JWT_EXPIRATION"],
      [{ trust_proxy: Number.NaN }, "TRUST_PROXY"],
      [{ cors_origins: ["*"] }, "CORS_ORIGINS"],
      [{ bind_address: { hostname: "localhost", port: 70_000 } }, "BIND_ADDRESS"],
    ];
    for (const [options, variable] of faults)
      expect(faultOf(() => createConfig({ data_dir: tempDir(), ...options })).message).toStartWith(variable);
  });

  test("an example is itself a good value", () => {
    for (const variable of Object.keys(BAD) as Variable[]) {
      const text = BAD[variable]?.[0]?.[0] ?? "";
      const { message } = faultOf(() => read({ ...BESIDE[variable], [variable]: text }));
      const example = message.split(`Example: ${variable}=`)[1] ?? "";
      expect(() => read({ ...BESIDE[variable], [variable]: example })).not.toThrow();
    }
  });

  test("a setting in code that there is none of suggests the nearest", () => {
    const options = { data_dir: tempDir(), jwt_secrets: SECRET };
    expect(faultOf(() => createConfig(options)).message).toBe(
      "JWT_SECRETS is not a setting (did you mean JWT_SECRET?).",
    );
    expect(faultOf(() => createConfig({ ...options, ...{ something_else: 1 } })).message).toInclude(
      "is not a setting",
    );
  });
});

describe("blank", () => {
  test.each([...VARIABLES])("%s is as good as not given", (variable) => {
    const data_dir = variable === "DATA_DIR" ? {} : { DATA_DIR: tempDir() };
    const before = existsSync("data");
    const without = createConfigIn({ ...data_dir });
    for (const blank of ["", "  "])
      expect(createConfigIn({ ...data_dir, [variable]: blank })).toEqual(without);
    expect(existsSync("data")).toBe(before);
  });
});

/** In a folder of its own where DATA_DIR is not given: the default lies under the working directory. */
function createConfigIn(environment: Record<string, string>): Config {
  const here = process.cwd();
  if (!("DATA_DIR" in environment) || environment.DATA_DIR?.trim() === "") process.chdir(shared);
  try {
    return configFromEnvironment(environment);
  } finally {
    process.chdir(here);
  }
}
const shared = tempDir();

describe("what is not given", () => {
  test("has development's defaults", () => {
    const data_dir = tempDir();
    expect(configFromEnvironment({ DATA_DIR: data_dir })).toEqual({
      node_env: "development",
      jwt_secret: readFileSync(join(data_dir, "jwt-secret"), "utf8"),
      jwt_expiration: 3600,
      bind_address: { hostname: "127.0.0.1", port: 3000 },
      data_dir,
      database_url: pathToFileURL(join(data_dir, "test-bench.db")).href,
      enable_rest: true,
      enable_graphql: true,
      enable_websocket: true,
      enable_swagger: true,
      cors_origins: [],
      rate_limit_rps: 100,
      rate_limit_burst: 50,
      ws_auth: "optional",
      trust_proxy: 0,
      log_level: "info",
      retention_days: 90,
      plugin_workers: 2,
      plugin_failures_max: 10,
      retention_max_rows: 1_000_000,
      hf_endpoint: "https://huggingface.co",
      ...PROVIDER_DEFAULTS,
    });
  });

  test("has the same in production, but that WebSockets want credentials", () => {
    const DATA_DIR = tempDir();
    const development = configFromEnvironment({ DATA_DIR, JWT_SECRET: SECRET });
    const production = configFromEnvironment({ DATA_DIR, JWT_SECRET: SECRET, NODE_ENV: "production" });
    expect(production).toEqual({ ...development, node_env: "production", ws_auth: "required" });
  });

  test("DATA_DIR is ./data, and the database lies in it", () => {
    const config = createConfigIn({});
    expect(config.data_dir).toBe(resolve(shared, "data"));
    expect(statSync(config.data_dir).mode & 0o777).toBe(0o700);
  });

  test("a database file's URL says what the path says, whatever characters it has", () => {
    const data_dir = join(tempDir(), "a b%20c#d?e");
    expect(new URL(createConfig({ data_dir }).database_url).pathname).toEndWith(
      "/a%20b%2520c%23d%3Fe/test-bench.db",
    );
  });
});

describe("the signing secret", () => {
  test("is made, kept across starts, and readable by its owner alone", () => {
    const DATA_DIR = tempDir();
    const first = configFromEnvironment({ DATA_DIR });
    expect(Buffer.byteLength(first.jwt_secret)).toBeGreaterThanOrEqual(32);
    expect(configFromEnvironment({ DATA_DIR }).jwt_secret).toBe(first.jwt_secret);
    expect(statSync(join(DATA_DIR, "jwt-secret")).mode & 0o777).toBe(0o600);
    expect(read({}).jwt_secret).not.toBe(first.jwt_secret);
  });

  test("that is given leaves none behind", () => {
    const DATA_DIR = tempDir();
    expect(configFromEnvironment({ DATA_DIR, JWT_SECRET: SECRET }).jwt_secret).toBe(SECRET);
    expect(existsSync(join(DATA_DIR, "jwt-secret"))).toBe(false);
  });

  test("must be given in production, and nothing is made before it is", () => {
    const DATA_DIR = join(tempDir(), "data");
    const { message } = faultOf(() => configFromEnvironment({ DATA_DIR, NODE_ENV: "production" }));
    expect(message).toMatch(/^JWT_SECRET must be set in production\. Example: JWT_SECRET=\S{32}/);
    expect(existsSync(DATA_DIR)).toBe(false);
    const short = { DATA_DIR, NODE_ENV: "production", JWT_SECRET: SECRET.slice(1) };
    expect(faultOf(() => configFromEnvironment(short)).message).toInclude("at least 32 bytes");
  });

  test("is counted in bytes", () => {
    expect(read({ JWT_SECRET: "ü".repeat(16) }).jwt_secret).toHaveLength(16);
  });

  test("that was kept and then cut short stops the start, naming the file", () => {
    const DATA_DIR = tempDir();
    writeFileSync(join(DATA_DIR, "jwt-secret"), "");
    const { message } = faultOf(() => configFromEnvironment({ DATA_DIR }));
    expect(message).toStartWith("JWT_SECRET ");
    expect(message).toInclude(join(DATA_DIR, "jwt-secret"));
  });
});

describe("DATA_DIR", () => {
  test("that is a file is refused", () => {
    const file = join(tempDir(), "file");
    writeFileSync(file, "");
    expect(faultOf(() => configFromEnvironment({ DATA_DIR: file })).message).toStartWith(
      "DATA_DIR can't be used (",
    );
    expect(faultOf(() => configFromEnvironment({ DATA_DIR: join(file, "under") })).message).toInclude(
      "Example: DATA_DIR=",
    );
  });

  test.skipIf(process.getuid?.() === 0)("that can't be written is refused", () => {
    const path = tempDir();
    chmodSync(path, 0o500);
    expect(faultOf(() => configFromEnvironment({ DATA_DIR: path })).message).toStartWith(
      "DATA_DIR can't be used (",
    );
  });
});

describe("the first admin, and the judge", () => {
  const halves: [string, Record<string, string>][] = [
    ["ADMIN_PASSWORD", { ADMIN_USERNAME: "admin" }],
    ["ADMIN_USERNAME", { ADMIN_PASSWORD: "password1" }],
    ["JUDGE_MODEL", { JUDGE_PROVIDER: "openai" }],
    ["JUDGE_PROVIDER", { JUDGE_MODEL: "gpt-4o-mini" }],
  ];
  test.each(halves)("without %s is refused, naming it", (missing, environment) => {
    const { message } = faultOf(() => read(environment));
    expect(message).toStartWith(`${missing} must be set together with its other half. Example: ${missing}=`);
  });
});

describe("the judge's provider", () => {
  const judge = { JUDGE_PROVIDER: "my-server", JUDGE_MODEL: "a-model" };

  test("may be a named endpoint", () => {
    const endpoint = { OPENAI_COMPATIBLE_MY_SERVER_BASE_URL: "http://127.0.0.1:8000/v1" };
    expect(read({ ...judge, ...endpoint }).judge_provider).toBe("my-server");
  });

  test("that nobody knows stops the start, with the nearest", () => {
    expect(faultOf(() => read(judge)).message).toStartWith("JUDGE_PROVIDER names no provider");
    const { message } = faultOf(() => read({ ...judge, JUDGE_PROVIDER: "opnai" }));
    expect(message).toBe(
      "JUDGE_PROVIDER names no provider (did you mean openai?). Example: JUDGE_PROVIDER=openai",
    );
  });
});

test("the configuration is frozen", () => {
  expect(Object.isFrozen(read({}))).toBe(true);
});

test("a configuration is an option of the next: what was completed stays", () => {
  const config = read({ BIND_ADDRESS: "[::1]:0", CORS_ORIGINS: "https://a.example.org", NODE_ENV: "test" });
  expect(createConfig(config)).toEqual(config);
});

test("what this version does nothing with is named, once it is given", () => {
  expect(unusedSettings(read({}))).toEqual([]);
  expect(
    unusedSettings(read({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318", LOG_LEVEL: "warn" })),
  ).toEqual(["OTEL_EXPORTER_OTLP_ENDPOINT"]);
});

describe("the printed configuration", () => {
  const SECRETS = VARIABLES.filter((name) => /SECRET|PASSWORD|TOKEN|KEY/.test(name));

  test("holds no secret", () => {
    const secrets = Object.fromEntries(
      SECRETS.map((name, index) => [name, `${index}`.padStart(40, "s3cr3t")]),
    );
    const config = read({ ...secrets, ADMIN_USERNAME: "root" });
    const printed = redacted(config);
    expect(JSON.stringify(printed)).not.toInclude("s3cr3t");
    for (const name of SECRETS) expect(printed[name.toLowerCase()]).toBe("[redacted]");
    expect(SECRETS.length).toBeGreaterThanOrEqual(6);
  });

  test("holds no secret that stands in a URL", () => {
    const printed = redacted(
      read({
        OPENAI_BASE_URL: "https://someone:s3cr3t@proxy.example.org/v1",
        DATABASE_URL: "libsql://db.example.org?authToken=s3cr3t",
        OTEL_EXPORTER_OTLP_ENDPOINT: "https://s3cr3t@otel.example.org",
      }),
    );
    expect(JSON.stringify(printed)).not.toInclude("s3cr3t");
    expect(printed.openai_base_url).toBe("https://[redacted]@proxy.example.org/v1");
    expect(printed.database_url).toBe("libsql://db.example.org?[redacted]");
  });

  test("holds all the rest, and nothing that was not given", () => {
    const config = read({ BIND_ADDRESS: "localhost:1" });
    const { jwt_secret: _, ...rest } = config;
    expect(redacted(config)).toEqual({ ...rest, jwt_secret: "[redacted]" });
  });
});

describe("a named OpenAI-compatible endpoint", () => {
  const URL_OF = "OPENAI_COMPATIBLE_MY_SERVER_BASE_URL";
  const given = {
    [URL_OF]: "http://127.0.0.1:8000/v1/",
    OPENAI_COMPATIBLE_MY_SERVER_API_KEY: "its-own-key",
    OPENAI_COMPATIBLE_MY_SERVER_CONCURRENCY: "3",
  };

  test("is a provider by its name in lower case, with an account and a limit of its own", () => {
    const config = read(given);
    expect(accountsIn(config).endpoints).toEqual({
      "my-server": { base_url: "http://127.0.0.1:8000/v1", api_key: "its-own-key" },
    });
    expect(concurrencyIn(config)).toMatchObject({
      "my-server": exactly(3),
      openai: { min: 1, max: 100, start: 20 },
      mock: exactly(256),
    });
  });

  test("is configured in code by the same names", () => {
    const { endpoints } = accountsIn(
      createConfig({ data_dir: tempDir(), openai_compatible_box_base_url: "http://box" }),
    );
    expect(endpoints).toEqual({ box: { base_url: "http://box", api_key: undefined } });
  });

  test("there may be any number of, and there is none by itself", () => {
    const names = ["A", "B2", "THE_THIRD"];
    const urls = Object.fromEntries(names.map((name) => [`OPENAI_COMPATIBLE_${name}_BASE_URL`, "http://h"]));
    expect(Object.keys(accountsIn(read(urls)).endpoints)).toEqual(["a", "b2", "the-third"]);
    expect(accountsIn(read({})).endpoints).toEqual({});
  });

  test("has its key left out of what is printed", () => {
    const printed = JSON.stringify(redacted(read(given)));
    expect(printed).not.toInclude("its-own-key");
    expect(printed).toInclude("127.0.0.1:8000");
  });

  test.each(["OPENAI", "AMAZON_BEDROCK", "MOCK"])("may not be called %s", (name) => {
    const variable = `OPENAI_COMPATIBLE_${name}_BASE_URL`;
    const { message } = faultOf(() => read({ [variable]: "http://h" }));
    expect(message).toStartWith(`${variable} names an endpoint '${name.toLowerCase().replace("_", "-")}'`);
    expect(message).toInclude("built-in provider");
  });

  test.each([
    [URL_OF, "not a url", "must be a URL beginning with http: or https:"],
    ["OPENAI_COMPATIBLE_MY_SERVER_CONCURRENCY", "0", "must be a whole number from 1 to 10000"],
    [`OPENAI_COMPATIBLE_${"X".repeat(65)}_BASE_URL`, "http://h", "has a name longer than 64 characters"],
  ])("%s=%s stops the start", (variable, text, fault) => {
    const { message } = faultOf(() => read({ ...given, [variable]: text }));
    expect(message).toStartWith(`${variable} ${fault}`);
    expect(message).toMatch(/Example: OPENAI_COMPATIBLE_\w+=\S/);
  });

  test("needs its URL", () => {
    const { message } = faultOf(() => read({ OPENAI_COMPATIBLE_MY_SERVER_API_KEY: "its-own-key" }));
    expect(message).toBe(
      `${URL_OF} must be set for that endpoint. Example: ${URL_OF}=http://127.0.0.1:8000/v1`,
    );
  });

  test("is not made of a variable that only looks like one", () => {
    const config = read({ OPENAI_COMPATIBLE_BASE_URL: "x", OPENAI_COMPATIBLE_a_BASE_URL: "x" });
    expect(accountsIn(config).endpoints).toEqual({});
  });
});

describe("a provider's account", () => {
  test("holds what each vendor calls its own", () => {
    const accounts = accountsIn(
      read({
        AZURE_API_KEY: "azure-key",
        AZURE_RESOURCE_NAME: "my-resource",
        AWS_DEFAULT_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "AKIA",
        AWS_SECRET_ACCESS_KEY: "its-secret",
        OLLAMA_BASE_URL: "http://127.0.0.1:11434/v1",
      }),
    );
    expect(accounts).toMatchObject({
      azure: { api_key: "azure-key", resource_name: "my-resource" },
      "amazon-bedrock": {
        region: "eu-central-1",
        access_key_id: "AKIA",
        secret_access_key: "its-secret",
      },
      ollama: { base_url: "http://127.0.0.1:11434/v1" },
    });
  });

  test.each([
    ["togetherai", { TOGETHER_API_KEY: "first", TOGETHER_AI_API_KEY: "second" }, "first"],
    ["togetherai", { TOGETHER_AI_API_KEY: "second" }, "second"],
    ["huggingface", { HF_TOKEN: " ", HUGGINGFACE_API_KEY: "second" }, "second"],
    ["google", { GEMINI_API_KEY: "second" }, "second"],
  ] as const)("%s takes the first of %o", (name, environment, api_key) => {
    expect(accountsIn(read(environment))).toMatchObject({ [name]: { api_key } });
  });
});

import { describe, expect, test } from "bun:test";
import {
  type Config,
  type ConfigOptions,
  configFromEnvironment,
  createConfig,
} from "../../src/config/index.ts";
import { PROVIDER_SETTINGS } from "../../src/config/providers.ts";
import { VARIABLES } from "../../src/config/settings.ts";
import { exactly } from "../../src/domain/concurrency.ts";
import { configReader, faultOf, SECRET } from "../support/config.ts";
import { tempDirs } from "../support/temp-dir.ts";

type Variable = (typeof VARIABLES)[number];

const tempDir = tempDirs();
const read = configReader();

const optionOf = (variable: string) => variable.toLowerCase() as keyof Config;

/** Variables that are refused on their own, with the variables that they need. */
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

/** The texts of each variable that is not a provider's, with the value that each text stands for. */
const SERVER_VALUES: Record<Exclude<Variable, keyof typeof PROVIDER_SETTINGS>, [string, unknown][]> = {
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
  ALLOWED_HOSTS: [
    ["bench.example.com", ["bench.example.com"]],
    [" Bench.Example.com , 192.168.1.20,[fd00::20], ", ["bench.example.com", "192.168.1.20", "[fd00::20]"]],
    ["my_service", ["my_service"]],
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
  HSTS_MAX_AGE: [
    ["0", 0],
    ["31536000", 31_536_000],
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
  DRAIN_SECONDS: [
    ["0", 0],
    ["3600", 3_600],
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
  UPLOAD_QUOTA_MB: [
    ["0", 0],
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

/** Gives every variable of a provider a row, by the variable's ending. Those of its account hold text. */
const ofProviders = <Row>(base_url: Row, calls: Row, account?: Row): Record<string, Row> =>
  Object.fromEntries(
    Object.keys(PROVIDER_SETTINGS).flatMap((variable) => {
      const other = variable.endsWith("_CONCURRENCY") ? calls : account;
      const row = variable.endsWith("_BASE_URL") ? base_url : other;
      return row === undefined ? [] : [[variable, row]];
    }),
  );

const GOOD: Partial<Record<Variable, [string, unknown][]>> = {
  ...SERVER_VALUES,
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
  (text) => [text, "must be a whole number from 1 to 10000, or a range such as 1-100"],
);

/** Texts that are refused, with the fault in the message. A variable that is absent here takes any text. */
const BAD: Partial<Record<Variable, [string, string][]>> = {
  NODE_ENV: [["staging", "must be one of development, production, test"]],
  JWT_SECRET: [
    ["short", "must have at least 32 bytes"],
    [SECRET.slice(1), "must have at least 32 bytes"],
    [`${SECRET.slice(1)} `, "must have at least 32 bytes"],
  ],
  JWT_EXPIRATION: notWhole(1, 31_536_000),
  BIND_ADDRESS: ["3000", ":3000", "localhost", "localhost:65536", "a b:3000", "::1:3000", "http://h:1"].map(
    (text) => [text, "must be host:port with a port of at most 65535"],
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
    ["*", "contains '*', which is not an origin"],
    ["https://a.example.org/path", "contains 'https://a.example.org/path', which is not an origin"],
    ["https://a.example.org,b.example.org", "contains 'b.example.org', which is not an origin"],
    ["null", "contains 'null', which is not an origin"],
  ],
  ALLOWED_HOSTS: [
    "*",
    "https://a.example.org",
    "a.example.org:3000",
    "a.example.org/path",
    "a b",
    "[::1",
    "999.1.1.1",
  ].map((host) => [`b.example.org,${host}`, `contains '${host}', which is not a host`]),
  HSTS_MAX_AGE: notWhole(0, 63_072_000, "true"),
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
  UPLOAD_QUOTA_MB: notWhole(0, 1_000_000_000),
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

  test("is refused too if it is not text", () => {
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

  test("an unknown setting in code gets the nearest name as a suggestion", () => {
    const options = { data_dir: tempDir(), jwt_secrets: SECRET };
    expect(faultOf(() => createConfig(options)).message).toBe(
      "JWT_SECRETS is not a setting (did you mean JWT_SECRET?).",
    );
    const unlike = { data_dir: tempDir(), something_else: 1 };
    expect(faultOf(() => createConfig(unlike)).message).toInclude("is not a setting");
  });
});

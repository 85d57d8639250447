import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Config, configFromEnvironment, createConfig, unusedSettings } from "../../src/config/index.ts";
import { PROVIDER_DEFAULTS } from "../../src/config/providers.ts";
import { VARIABLES } from "../../src/config/settings.ts";
import { configReader, SECRET } from "../support/config.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const read = configReader();

describe("blank", () => {
  test.each([...VARIABLES])("%s counts as absent", (variable) => {
    const data_dir = variable === "DATA_DIR" ? {} : { DATA_DIR: tempDir() };
    const before = existsSync("data");
    const without = createConfigIn({ ...data_dir });
    for (const blank of ["", "  "])
      expect(createConfigIn({ ...data_dir, [variable]: blank })).toEqual(without);
    expect(existsSync("data")).toBe(before);
  });
});

/** Runs in a temporary folder if DATA_DIR is absent, because its default lies in the working directory. */
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

describe("an absent setting", () => {
  test("has the default of development", () => {
    const data_dir = tempDir();
    expect(configFromEnvironment({ DATA_DIR: data_dir })).toEqual({
      node_env: "development",
      jwt_secret: readFileSync(join(data_dir, "jwt-secret"), "utf8"),
      jwt_expiration: 3600,
      bind_address: { hostname: "127.0.0.1", port: 3000 },
      allowed_hosts: [],
      data_dir,
      database_url: pathToFileURL(join(data_dir, "test-bench.db")).href,
      enable_rest: true,
      enable_graphql: true,
      enable_websocket: true,
      enable_swagger: true,
      cors_origins: [],
      hsts_max_age: 0,
      rate_limit_rps: 100,
      rate_limit_burst: 50,
      ws_auth: "optional",
      trust_proxy: 0,
      drain_seconds: 5,
      log_level: "info",
      retention_days: 90,
      plugin_workers: 2,
      plugin_failures_max: 10,
      retention_max_rows: 1_000_000,
      upload_quota_mb: 4_096,
      hf_endpoint: "https://huggingface.co",
      ...PROVIDER_DEFAULTS,
    });
  });

  test("has the same default in production, except that WebSockets require credentials", () => {
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

  test("the database's URL names DATA_DIR's path, whatever characters the path has", () => {
    const data_dir = join(tempDir(), "a b%20c#d?e");
    expect(new URL(createConfig({ data_dir }).database_url).pathname).toEndWith(
      "/a%20b%2520c%23d%3Fe/test-bench.db",
    );
  });
});

test("the configuration is frozen", () => {
  expect(Object.isFrozen(read({}))).toBe(true);
});

test("a configuration can be passed as options, and stays the same", () => {
  const config = read({ BIND_ADDRESS: "[::1]:0", CORS_ORIGINS: "https://a.example.org", NODE_ENV: "test" });
  expect(createConfig(config)).toEqual(config);
});

test("a setting that this version ignores is named if it is set", () => {
  expect(unusedSettings(read({}))).toEqual([]);
  expect(
    unusedSettings(read({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318", LOG_LEVEL: "warn" })),
  ).toEqual(["OTEL_EXPORTER_OTLP_ENDPOINT"]);
});

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { nearest } from "../base/nearest.ts";
import { faultBetween } from "./checks.ts";
import { keptSecret, openDataDir } from "./data-dir.ts";
import { accountSetting, endpointSetting } from "./providers.ts";
import { ConfigError, type Setting, textOf } from "./setting-types.ts";
import {
  type Config,
  type ConfigOptions,
  DEFAULTS,
  type GivenValues,
  isVariable,
  settingOf,
  VARIABLES,
} from "./settings.ts";

export type { Config, ConfigOptions } from "./settings.ts";

const DATABASE_FILE = "test-bench.db";

function readSetting(variable: string, setting: Setting<unknown>, given: string): unknown {
  try {
    return setting.read(setting.verbatim ? given : given.trim());
  } catch (error) {
    throw new ConfigError(variable, (error as Error).message, setting.example);
  }
}

function refuseUnknown(variable: string): never {
  const suggestion = nearest(variable, VARIABLES);
  const hint = suggestion ? `did you mean ${suggestion}?` : "the documentation lists all settings";
  throw new ConfigError(variable, `is not a setting (${hint})`);
}

/** Reads the options that have a value: an absent key must not hide its default. Blank text counts as absent. */
function readValues(options: ConfigOptions): GivenValues {
  const values = Object.entries(options).flatMap(([name, value]) => {
    const variable = name.toUpperCase();
    const setting = settingOf(variable) ?? refuseUnknown(variable);
    const given = value === undefined ? "" : textOf(value);
    return given.trim() === "" ? [] : [[name, readSetting(variable, setting, given)]];
  });
  return Object.fromEntries(values) as GivenValues;
}

/** Throws ConfigError for settings that contradict each other. */
function refuseContradiction(values: GivenValues): void {
  const found = faultBetween(values);
  if (found) throw new ConfigError(found.variable, found.fault, settingOf(found.variable)?.example);
}

/**
 * Checks the options, adds the defaults and freezes the result; creates DATA_DIR. Throws ConfigError, which names the
 * setting, its fault and an example.
 */
export function createConfig(options: ConfigOptions = {}): Config {
  const values = readValues(options);
  refuseContradiction(values);
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

/** Returns the settings that the operator set and that this version ignores. */
export const unusedSettings = (config: Config): string[] =>
  Object.keys(config)
    .filter((name) => settingOf(name)?.unused)
    .map((name) => name.toUpperCase());

/** Creates the configuration from the environment. No other code reads it. */
export function configFromEnvironment(environment: Record<string, string | undefined> = process.env): Config {
  const known = Object.entries(environment).filter(
    ([name]) => isVariable(name) || endpointSetting(name) || accountSetting(name),
  );
  return createConfig(Object.fromEntries(known.map(([name, value]) => [name.toLowerCase(), value])));
}

/** The API key with which commands call another server. It is not a setting of a server. */
export const API_KEY_VARIABLE = "LLM_TEST_BENCH_API_KEY";
export const apiKeyFromEnvironment = (
  environment: Record<string, string | undefined> = process.env,
): string | undefined => environment[API_KEY_VARIABLE]?.trim() || undefined;

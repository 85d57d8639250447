import { nearest } from "../base/nearest.ts";
import { between, type ConcurrencyBounds, exactly } from "../domain/concurrency.ts";
import {
  EMBEDDED_NAMES,
  type EmbeddedName,
  ENDPOINT_PREFIX,
  endpointName,
  type Prefix,
  type ProviderAccount,
  prefixOf,
  VENDOR_NAMES,
  VENDORS,
  type VendorName,
} from "../domain/vendors.ts";
import { concurrency, type Setting, secret, text, url, type Values } from "./setting.ts";

type Variables = (typeof VENDORS)[VendorName]["variables"];
type ValuesOf<Union> = Union extends unknown ? Union[keyof Union] : never;
/** TOGETHER_API_KEY, AWS_REGION and the like, each by its vendor's own name. */
type AccountVariable = Extract<ValuesOf<Variables>, readonly string[]>[number];
type UrlVariable = `${Prefix<VendorName>}_BASE_URL`;
type ConcurrencyVariable = `${Prefix<VendorName | EmbeddedName>}_CONCURRENCY`;

type ProviderSettings = Record<AccountVariable | UrlVariable, Setting<string>> &
  Record<ConcurrencyVariable, Setting<ConcurrencyBounds>>;

const CONCURRENCY_MAX = 10_000;
/** How many calls a vendor bears is found out by trying. */
const CONCURRENCY = between(1, 100);
/** Nobody's resources but this process's own. */
const EMBEDDED_CONCURRENCY = exactly(256);
const limit = () => concurrency("1-100", CONCURRENCY_MAX);

/** What is not a secret. */
const PLAIN: Readonly<Record<string, string>> = {
  resource_name: "my-resource",
  api_version: "2024-10-21",
  region: "us-east-1",
};

/** The names of variables by what they hold. */
const variablesIn = (variables: Variables): [string, readonly string[]][] => Object.entries(variables);

function settingsOf(name: VendorName): [string, Setting<unknown>][] {
  const prefix = prefixOf(name);
  const { variables, base_url } = VENDORS[name];
  const account = variablesIn(variables).flatMap(([field, names]) => {
    const example = PLAIN[field];
    return names.map((variable): [string, Setting<string>] => [
      variable,
      example === undefined ? secret("…") : text(example),
    ]);
  });
  return [...account, [`${prefix}_BASE_URL`, url(base_url)], [`${prefix}_CONCURRENCY`, limit()]];
}

/** The settings of every built-in provider, from the facts of its vendor. */
export const PROVIDER_SETTINGS = Object.fromEntries([
  ...VENDOR_NAMES.flatMap(settingsOf),
  ...EMBEDDED_NAMES.map((name) => [`${prefixOf(name)}_CONCURRENCY`, limit()]),
]) as ProviderSettings;

export const PROVIDER_DEFAULTS = Object.fromEntries([
  ...VENDOR_NAMES.map((name) => [`${prefixOf(name).toLowerCase()}_concurrency`, CONCURRENCY]),
  ...EMBEDDED_NAMES.map((name) => [`${name}_concurrency`, EMBEDDED_CONCURRENCY]),
]) as Record<Lowercase<ConcurrencyVariable>, ConcurrencyBounds>;

/** Settings of named OpenAI-compatible servers, as many as there are, by lower-case name. */
export type EndpointValues = {
  [url: `openai_compatible_${string}_base_url`]: string | undefined;
  [key: `openai_compatible_${string}_api_key`]: string | undefined;
  [limit: `openai_compatible_${string}_concurrency`]: ConcurrencyBounds | undefined;
};

/** What `createServer` takes of them: the value, or the text that stands for it. */
export type EndpointOptions = {
  [setting: `openai_compatible_${string}`]: string | number | ConcurrencyBounds | undefined;
};

const ENDPOINT = new RegExp(`^${ENDPOINT_PREFIX}([A-Z0-9]+(?:_[A-Z0-9]+)*)_(BASE_URL|API_KEY|CONCURRENCY)$`);
const NAME_MAX = 64;

/** No endpoint may take a built-in provider's name. */
const free = <Value>(name: string, setting: Setting<Value>): Setting<Value> => ({
  ...setting,
  read(given) {
    const [taken] = [...VENDOR_NAMES, ...EMBEDDED_NAMES].filter((known) => known === endpointName(name));
    if (taken)
      throw new Error(`names an endpoint '${taken}', which is a built-in provider: name it otherwise`);
    if (name.length > NAME_MAX) throw new Error(`has a name longer than ${NAME_MAX} characters`);
    return setting.read(given);
  },
});

/** The setting behind OPENAI_COMPATIBLE_<NAME>_BASE_URL, _API_KEY or _CONCURRENCY; undefined for any other name. */
export function endpointSetting(variable: string): Setting<unknown> | undefined {
  const [, name = "", kind] = ENDPOINT.exec(variable) ?? [];
  if (kind === "BASE_URL") return free(name, url("http://127.0.0.1:8000/v1"));
  if (kind === "API_KEY") return free(name, secret("…"));
  return kind === "CONCURRENCY" ? free(name, limit()) : undefined;
}

const textAt = (values: Values, variable: string): string | undefined => {
  const value = values[variable.toLowerCase()];
  return typeof value === "string" ? value : undefined;
};

function accountOf(values: Values, name: VendorName): ProviderAccount {
  const given = variablesIn(VENDORS[name].variables).map(([field, variables]) => [
    field,
    variables.map((variable) => textAt(values, variable)).find(Boolean),
  ]);
  return { ...Object.fromEntries(given), base_url: textAt(values, `${prefixOf(name)}_BASE_URL`) };
}

const endpointsIn = (values: Values): string[] => [
  ...new Set(Object.keys(values).flatMap((name) => ENDPOINT.exec(name.toUpperCase())?.[1] ?? [])),
];

/** A variable of an endpoint that has no URL, if there is one. */
export const endpointWithoutUrl = (values: Values): string | undefined =>
  endpointsIn(values)
    .map((name) => `${ENDPOINT_PREFIX}${name}_BASE_URL`)
    .find((variable) => textAt(values, variable) === undefined);

/** The accounts of the built-in providers, and of the named endpoints by their providers' names. */
export function accountsIn(values: Values) {
  const accounts = Object.fromEntries(VENDOR_NAMES.map((name) => [name, accountOf(values, name)]));
  const endpoints = endpointsIn(values).map((name): [string, ProviderAccount] => [
    endpointName(name),
    {
      base_url: textAt(values, `${ENDPOINT_PREFIX}${name}_BASE_URL`),
      api_key: textAt(values, `${ENDPOINT_PREFIX}${name}_API_KEY`),
    },
  ]);
  return { ...accounts, endpoints: Object.fromEntries(endpoints) };
}

/** What is wrong with a setting that is to name a provider, built in or a named endpoint; undefined if nothing is. */
export function faultOfProvider(name: string, values: Values): string | undefined {
  const known = [...EMBEDDED_NAMES, ...VENDOR_NAMES, ...endpointsIn(values).map(endpointName)];
  if (known.includes(name)) return undefined;
  const suggestion = nearest(name, known);
  return `names no provider (${suggestion ? `did you mean ${suggestion}?` : "the README lists them"})`;
}

const isBounds = (value: unknown): value is ConcurrencyBounds =>
  typeof value === "object" && value !== null && "min" in value && "max" in value && "start" in value;

/** Calls at once, by provider; a provider that is left out has the default. */
export function concurrencyIn(values: Values): Record<string, ConcurrencyBounds> {
  const named = [...VENDOR_NAMES, ...EMBEDDED_NAMES].map((name) => [name, `${prefixOf(name)}_CONCURRENCY`]);
  const endpoints = endpointsIn(values).map((name) => [
    endpointName(name),
    `${ENDPOINT_PREFIX}${name}_CONCURRENCY`,
  ]);
  return Object.fromEntries(
    [...named, ...endpoints].flatMap(([name = "", variable = ""]) => {
      const bounds = values[variable.toLowerCase()];
      return isBounds(bounds) ? [[name, bounds]] : [];
    }),
  );
}

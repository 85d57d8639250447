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
import { concurrency, type Setting, secret, text, url, type Values } from "./setting-types.ts";

type Variables = (typeof VENDORS)[VendorName]["variables"];
type ValuesOf<Union> = Union extends unknown ? Union[keyof Union] : never;
/** Variables named by the vendors themselves, such as TOGETHER_API_KEY and AWS_REGION. */
type AccountVariable = Extract<ValuesOf<Variables>, readonly string[]>[number];
type UrlVariable = `${Prefix<VendorName>}_BASE_URL`;
type ConcurrencyVariable = `${Prefix<VendorName | EmbeddedName>}_CONCURRENCY`;

type ProviderSettings = Record<AccountVariable | UrlVariable, Setting<string>> &
  Record<ConcurrencyVariable, Setting<ConcurrencyBounds>>;

const CONCURRENCY_MAX = 10_000;
/** The server adapts to how many simultaneous calls a vendor accepts. */
const CONCURRENCY = between(1, 100);
/** Embedded providers run in this process, so that no vendor's limit applies. */
const EMBEDDED_CONCURRENCY = exactly(256);
const limit = () => concurrency("1-100", CONCURRENCY_MAX);

/** Examples of the account fields that are not secret. */
const PUBLIC_EXAMPLES: Readonly<Record<string, string>> = {
  resource_name: "my-resource",
  api_version: "2024-10-21",
  region: "us-east-1",
};

/** Lists the variables by the account field that they hold. */
const variablesIn = (variables: Variables): [string, readonly string[]][] => Object.entries(variables);

function settingsOf(name: VendorName): [string, Setting<unknown>][] {
  const prefix = prefixOf(name);
  const { variables, base_url } = VENDORS[name];
  const account = variablesIn(variables).flatMap(([field, names]) => {
    const example = PUBLIC_EXAMPLES[field];
    return names.map((variable): [string, Setting<string>] => [
      variable,
      example === undefined ? secret("…") : text(example),
    ]);
  });
  return [...account, [`${prefix}_BASE_URL`, url(base_url)], [`${prefix}_CONCURRENCY`, limit()]];
}

/** The settings of every built-in provider, derived from the vendor table. */
export const PROVIDER_SETTINGS = Object.fromEntries([
  ...VENDOR_NAMES.flatMap(settingsOf),
  ...EMBEDDED_NAMES.map((name) => [`${prefixOf(name)}_CONCURRENCY`, limit()]),
]) as ProviderSettings;

export const PROVIDER_DEFAULTS = Object.fromEntries([
  ...VENDOR_NAMES.map((name) => [`${prefixOf(name).toLowerCase()}_concurrency`, CONCURRENCY]),
  ...EMBEDDED_NAMES.map((name) => [`${name}_concurrency`, EMBEDDED_CONCURRENCY]),
]) as Record<Lowercase<ConcurrencyVariable>, ConcurrencyBounds>;

/** Settings of any number of named OpenAI-compatible servers, by lower-case name. */
export type EndpointValues = {
  [url: `openai_compatible_${string}_base_url`]: string | undefined;
  [key: `openai_compatible_${string}_api_key`]: string | undefined;
  [limit: `openai_compatible_${string}_concurrency`]: ConcurrencyBounds | undefined;
};

/** Settings of further accounts, by lower-case name: `openai_api_key_2`. */
export type FurtherAccountValues = {
  [key: `${string}_api_key_${number}`]: string | undefined;
  [url: `${string}_base_url_${number}`]: string | undefined;
  [resource: `azure_resource_name_${number}`]: string | undefined;
  [credential: `aws_${string}_${number}`]: string | undefined;
};

/** The same settings as options of `createServer`: as a value, or as its text. */
export type EndpointOptions = {
  [setting: `openai_compatible_${string}`]: string | number | ConcurrencyBounds | undefined;
};

const ENDPOINT = new RegExp(`^${ENDPOINT_PREFIX}([A-Z0-9]+(?:_[A-Z0-9]+)*)_(BASE_URL|API_KEY|CONCURRENCY)$`);
const NAME_MAX = 64;

/** Refuses the name of a built-in provider, and too long a name. */
const withFreeName = <Value>(name: string, setting: Setting<Value>): Setting<Value> => ({
  ...setting,
  read(given) {
    const [taken] = [...VENDOR_NAMES, ...EMBEDDED_NAMES].filter((known) => known === endpointName(name));
    if (taken)
      throw new Error(`names an endpoint '${taken}', which is a built-in provider: choose another name`);
    if (name.length > NAME_MAX) throw new Error(`has a name longer than ${NAME_MAX} characters`);
    return setting.read(given);
  },
});

/** Returns the setting of OPENAI_COMPATIBLE_<NAME>_BASE_URL, _API_KEY or _CONCURRENCY; undefined for another name. */
export function endpointSetting(variable: string): Setting<unknown> | undefined {
  const [, name = "", kind] = ENDPOINT.exec(variable) ?? [];
  if (kind === "BASE_URL") return withFreeName(name, url("http://127.0.0.1:8000/v1"));
  if (kind === "API_KEY") return withFreeName(name, secret("…"));
  return kind === "CONCURRENCY" ? withFreeName(name, limit()) : undefined;
}

/** The most accounts of one provider. */
const ACCOUNTS_MAX = 20;
const NUMBERED = /^(.+)_([2-9]|1\d|20)$/;

/** Whether a variable describes an account: any of a provider's variables but its limit. */
const isOfAccount = (variable: string): boolean =>
  !variable.endsWith("_CONCURRENCY") &&
  (Object.hasOwn(PROVIDER_SETTINGS, variable) || ENDPOINT.test(variable));

/** Returns the setting of a further account, such as OPENAI_API_KEY_2; undefined for another name. */
export function accountSetting(variable: string): Setting<unknown> | undefined {
  const [, first = ""] = NUMBERED.exec(variable) ?? [];
  if (!isOfAccount(first)) return undefined;
  return endpointSetting(first) ?? PROVIDER_SETTINGS[first as keyof ProviderSettings];
}

const textAt = (values: Values, variable: string): string | undefined => {
  const value = values[variable.toLowerCase()];
  return typeof value === "string" ? value : undefined;
};

/** Reads an account of a provider; `suffix` is empty for the first one, and `_2` for the second. */
function accountOf(values: Values, name: VendorName, suffix = ""): ProviderAccount {
  const given = variablesIn(VENDORS[name].variables).map(([field, variables]) => [
    field,
    variables.map((variable) => textAt(values, `${variable}${suffix}`)).find(Boolean),
  ]);
  return { ...Object.fromEntries(given), base_url: textAt(values, `${prefixOf(name)}_BASE_URL${suffix}`) };
}

/** The numbers of possible further accounts. */
const NUMBERS = Array.from({ length: ACCOUNTS_MAX - 1 }, (_, index) => index + 2);

/** Returns the further accounts. What one does not set is as in the first account. */
function furtherAccounts(
  first: ProviderAccount,
  read: (suffix: string) => ProviderAccount,
): ProviderAccount[] {
  return NUMBERS.flatMap((number) => {
    const given = Object.entries(read(`_${number}`)).filter(([, value]) => value !== undefined);
    return given.length === 0 ? [] : [{ ...first, ...Object.fromEntries(given), number }];
  });
}

const endpointsIn = (values: Values): string[] => [
  ...new Set(Object.keys(values).flatMap((name) => ENDPOINT.exec(name.toUpperCase())?.[1] ?? [])),
];

/** Returns the missing _BASE_URL variable of an endpoint that has other variables set, if there is one. */
export const endpointWithoutUrl = (values: Values): string | undefined =>
  endpointsIn(values)
    .map((name) => `${ENDPOINT_PREFIX}${name}_BASE_URL`)
    .find((variable) => textAt(values, variable) === undefined);

const endpointAccount = (values: Values, name: string, suffix = ""): ProviderAccount => ({
  base_url: textAt(values, `${ENDPOINT_PREFIX}${name}_BASE_URL${suffix}`),
  api_key: textAt(values, `${ENDPOINT_PREFIX}${name}_API_KEY${suffix}`),
});

/**
 * Returns the accounts of the built-in providers by name, and those of the named endpoints in `endpoints`; `further`
 * has the accounts beyond the first of each provider.
 */
export function accountsIn(values: Values) {
  const accounts = Object.fromEntries(VENDOR_NAMES.map((name) => [name, accountOf(values, name)]));
  const endpoints = Object.fromEntries(
    endpointsIn(values).map((name) => [endpointName(name), endpointAccount(values, name)]),
  );
  const further = Object.fromEntries([
    ...VENDOR_NAMES.map((name) => [
      name,
      furtherAccounts(accounts[name] ?? {}, (suffix) => accountOf(values, name, suffix)),
    ]),
    ...endpointsIn(values).map((name) => [
      endpointName(name),
      furtherAccounts(endpoints[endpointName(name)] ?? {}, (suffix) => endpointAccount(values, name, suffix)),
    ]),
  ]) as Record<string, ProviderAccount[]>;
  return { ...accounts, endpoints, further };
}

/** Returns what is wrong with the name of a provider, or undefined if it is built in or a named endpoint. */
export function faultOfProvider(name: string, values: Values): string | undefined {
  const known = [...EMBEDDED_NAMES, ...VENDOR_NAMES, ...endpointsIn(values).map(endpointName)];
  if (known.includes(name)) return undefined;
  const suggestion = nearest(name, known);
  const hint = suggestion ? `did you mean ${suggestion}?` : `accepted: ${known.join(", ")}`;
  return `names no provider (${hint})`;
}

const isBounds = (value: unknown): value is ConcurrencyBounds =>
  typeof value === "object" && value !== null && "min" in value && "max" in value && "start" in value;

/** Returns the limits of simultaneous calls by provider. A provider that is absent has the default. */
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

import { API_KEY_VARIABLE, type Config, type ConfigOptions, createConfig } from "../../src/config/index.ts";
import { PROVIDER_SETTINGS } from "../../src/config/providers.ts";
import { ConfigError, textOf } from "../../src/config/setting-types.ts";
import { VARIABLES } from "../../src/config/settings.ts";
import { EMBEDDED_NAMES, prefixOf, VENDOR_NAMES, VENDORS } from "../../src/domain/vendors.ts";
import { code, codes, page, table } from "./markdown.ts";
import { SETTING_TEXTS } from "./setting-texts.ts";

/** A text that no setting with a form of its own accepts. */
const UNACCEPTABLE = "?";
/** Paths and addresses that are made at start, and differ between machines. */
const MADE_AT_START: Readonly<Record<string, string>> = {
  DATA_DIR: "`./data`",
  DATABASE_URL: "a file in `DATA_DIR`",
  JWT_SECRET: "generated, and stored in `DATA_DIR`",
  WS_AUTH: "`optional`; `required` in production",
};

function faultOf(options: ConfigOptions): string {
  try {
    createConfig(options);
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** What a setting accepts, taken from its own error message; the empty text if any text will do. */
function acceptedBy(variable: string, data_dir: string): string {
  // Any text is a path, and a configuration over that path would make a folder of it.
  if (variable === "DATA_DIR") return "";
  const message = faultOf({ data_dir, [variable.toLowerCase()]: UNACCEPTABLE } as ConfigOptions);
  const [, accepted = ""] = /^\S+ must (be|have) /.test(message)
    ? (/^\S+ must (?:be |have )(.+?)\. Example: /.exec(message) ?? [])
    : [];
  return /set together/.test(accepted) ? "" : accepted;
}

function defaultOf(variable: string, defaults: Config): string {
  const made = MADE_AT_START[variable];
  if (made !== undefined) return made;
  const value = defaults[variable.toLowerCase() as keyof Config];
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return "";
  return code(textOf(value as Parameters<typeof textOf>[0]));
}

const ownVariables = VARIABLES.filter((name) => !Object.hasOwn(PROVIDER_SETTINGS, name));

const serverTable = (defaults: Config, data_dir: string): string =>
  table(
    ["variable", "default", "meaning", "accepts"],
    ownVariables.map((name) => [
      code(name),
      defaultOf(name, defaults),
      SETTING_TEXTS[name as keyof typeof SETTING_TEXTS],
      acceptedBy(name, data_dir),
    ]),
  );

function vendorRow(name: (typeof VENDOR_NAMES)[number]): string[] {
  const { title, variables, base_url } = VENDORS[name];
  const account = Object.values<readonly string[]>(variables).map((names) => names.map(code).join(" or "));
  return [code(name), title, code(prefixOf(name)), account.join(", "), code(base_url)];
}

const providerTable = (): string =>
  table(
    ["provider", "vendor", "`<NAME>`", "account", "example of `<NAME>_BASE_URL`"],
    [
      ...VENDOR_NAMES.map(vendorRow),
      ...EMBEDDED_NAMES.map((name) => [code(name), "part of the program", code(prefixOf(name)), "", ""]),
    ],
  );

/** `docs/reference/settings.md`. `data_dir` is an empty folder, which stands for a fresh installation. */
export function settingsPage(data_dir: string): string {
  const defaults = createConfig({ data_dir });
  const [vendor = "openai"] = VENDOR_NAMES;
  const limits = [`${vendor}_concurrency`, "mock_concurrency"].map((name) =>
    defaultOf(name.toUpperCase(), defaults),
  );
  return page("Settings", [
    "Settings are environment variables. In code, `createServer({ … })` from `src/server.ts` takes the same names in lower case. A bad value stops the start: the message gives the variable, what is wrong, and an example.",
    "## The server",
    serverTable(defaults, data_dir),
    `${code("HF_TOKEN")} (see ${code("huggingface")} below) is also the token for gated datasets.`,
    `The command line reads one more variable: ${code(API_KEY_VARIABLE)}, the API key for ${code("run --server URL")}.`,
    "## Providers",
    `A provider is configured as soon as its account is set. Every provider also takes ${codes(["<NAME>_CONCURRENCY"])}: how many calls run at the same time. Every vendor takes ${codes(["<NAME>_BASE_URL"])}: the address that is called instead of the vendor's own. \`ollama\`, \`vllm\`, \`llamacpp\` and \`lmstudio\` are configured by their base URL. The default concurrency is ${limits[0]} for a vendor (the server finds the limit itself) and ${limits[1]} for \`baseline\` and \`mock\`.`,
    providerTable(),
    "The key of your own server is only needed if this server asks for one. Azure needs its resource name or its base URL. `AZURE_API_VERSION` is a date such as `2024-10-21`; without it, Azure's v1 API is called. Amazon Bedrock needs a region, and either the bearer token or the two access keys (a session token is optional).",
    "## Any other OpenAI-compatible server",
    "`OPENAI_COMPATIBLE_MY_SERVER_BASE_URL` defines a provider with the name `my-server`. `OPENAI_COMPATIBLE_MY_SERVER_API_KEY` and `OPENAI_COMPATIBLE_MY_SERVER_CONCURRENCY` are optional. There may be any number of such servers.",
  ]);
}

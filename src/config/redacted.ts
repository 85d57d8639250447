import { type Config, settingOf } from "./settings.ts";

/** Hides a name and password in a URL, and all its parameters, which may hold a token. */
const withoutCredentials = (value: string): string =>
  value.replace(/(:\/\/)[^/@?#]*@/, "$1[redacted]@").replace(/\?.*$/, "?[redacted]");

function printable(name: string, value: unknown): unknown {
  if (settingOf(name)?.secret) return "[redacted]";
  return typeof value === "string" && URL.canParse(value) ? withoutCredentials(value) : value;
}

/** Returns the configuration as it may be printed: secrets are replaced, also those inside URLs. */
export function redacted(config: Config): Record<string, unknown> {
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, printable(name, value)]));
}

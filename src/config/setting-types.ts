import { type Address, hostAndPort } from "../base/address.ts";
import { between, type ConcurrencyBounds, exactly } from "../domain/concurrency.ts";

/** An invalid setting: its name, what is wrong with it, and an example of a good value. It stops the start. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(variable: string, fault: string, example?: string) {
    super(`${variable} ${fault}.${example === undefined ? "" : ` Example: ${variable}=${example}`}`);
  }
}

/** How one setting is read from text. `read` throws an Error whose message completes the sentence "VARIABLE …". */
export interface Setting<Value> {
  example: string;
  read(text: string): Value;
  secret?: true;
  /** Spaces around the text are part of the value. */
  verbatim?: true;
  /** The value is checked, but this version ignores it. A warning at the start says so. */
  unused?: true;
}

/** Settings by lower-case name, with the values that were read. */
export type Values = Readonly<Record<string, unknown>>;

const fail = (fault: string): never => {
  throw new Error(fault);
};

/** A text of at most `maximum` characters. */
export const text = (example: string, maximum = Number.POSITIVE_INFINITY): Setting<string> => ({
  example,
  read: (value) => (value.length <= maximum ? value : fail(`must have at most ${maximum} characters`)),
});

/** A text of at least `minimum` bytes that is never printed. */
export const secret = (example: string, minimum = 0): Setting<string> => ({
  example,
  secret: true,
  read: (value) =>
    Buffer.byteLength(value) >= minimum ? value : fail(`must have at least ${minimum} bytes`),
});

/** Marks a setting as ignored by this version. */
export const unused = <Value>(setting: Setting<Value>): Setting<Value> => ({ ...setting, unused: true });

/** A password of `minimum` to `maximum` characters that is never printed. */
export const password = (example: string, minimum: number, maximum: number): Setting<string> => ({
  example,
  secret: true,
  verbatim: true,
  read: (value) =>
    value.length >= minimum && value.length <= maximum
      ? value
      : fail(`must have ${minimum} to ${maximum} characters`),
});

export const flag = (): Setting<boolean> => ({
  example: "true",
  read: (value) => (value === "true" ? true : value === "false" ? false : fail("must be true or false")),
});

/** A whole number from `minimum` to `maximum`, in decimal digits. */
export const whole = (minimum: number, maximum: number, example: string): Setting<number> => ({
  example,
  read(value) {
    const number = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= minimum && number <= maximum) return number;
    return fail(`must be a whole number from ${minimum} to ${maximum}`);
  },
});

export const oneOf = <const Option extends string>(options: readonly Option[]): Setting<Option> => ({
  example: options[0] ?? "",
  read: (value) => options.find((option) => option === value) ?? fail(`must be one of ${options.join(", ")}`),
});

/** A URL with one of these protocols. Slashes at its end are dropped, so that paths can be appended. */
export const url = (example: string, protocols = ["http:", "https:"]): Setting<string> => ({
  example,
  read(value) {
    const known = URL.canParse(value) && protocols.includes(new URL(value).protocol);
    const trimmed = value.replace(/\/+$/, "");
    // A URL of only a scheme, such as "file:", names neither an address nor a file.
    if (known && !trimmed.endsWith(":")) return trimmed;
    return fail(`must be a URL beginning with ${protocols.join(" or ")}`);
  },
});

/** Texts separated by commas. `read` checks each of them. */
const list = (example: string, read: (text: string) => string): Setting<string[]> => ({
  example,
  read: (value) =>
    value
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "")
      .map(read),
});

export const origins = list("https://myapp.com,https://staging.myapp.com", (origin) =>
  URL.canParse(origin) && new URL(origin).origin === origin
    ? origin
    : fail(`contains '${origin}', which is not an origin (scheme, host and port; no path, no *)`),
);

const HOST = /^([a-z\d_-]+(\.[a-z\d_-]+)*|\[[\da-f:.]+\])$/;

/** Host names and addresses as a Host header has them, but without a port; an IPv6 address in brackets. */
export const hosts = list("bench.example.com,192.168.1.20,[fd00::20]", (given) => {
  const host = given.toLowerCase();
  return HOST.test(host) && URL.canParse(`http://${host}/`)
    ? host
    : fail(`contains '${given}', which is not a host (a name or an address; no scheme, port, path or *)`);
});

/** `host:port`, with an IPv6 host in brackets. Port 0 stands for any free port. */
export const bindAddress: Setting<Address> = {
  example: "0.0.0.0:3000",
  read(value) {
    const [, hostname, port] = /^(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})$/.exec(value) ?? [];
    if (!hostname || Number(port) > 65_535) return fail("must be host:port with a port of at most 65535");
    return { hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port) };
  },
};

/** A fixed number of simultaneous calls, such as `64`, or a range in which the server adapts, such as `1-100`. */
export const concurrency = (example: string, maximum: number): Setting<ConcurrencyBounds> => ({
  example,
  read(value) {
    const [, low, high = low] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(value) ?? [];
    const [min, max] = [Number(low), Number(high)];
    if (!(min >= 1 && min <= max && max <= maximum)) {
      return fail(`must be a whole number from 1 to ${maximum}, or a range such as 1-100`);
    }
    return min === max ? exactly(max) : between(min, max);
  },
});

/** Returns the text of a value given in code, so that it passes the same checks as one from the environment. */
export function textOf(
  value: string | number | boolean | readonly string[] | Address | ConcurrencyBounds,
): string {
  if (typeof value !== "object") return String(value);
  if ("port" in value) return hostAndPort(value);
  if ("min" in value) return value.min === value.max ? `${value.max}` : `${value.min}-${value.max}`;
  return value.join(",");
}

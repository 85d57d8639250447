import { Elysia } from "elysia";
import { callableHost } from "../../base/address.ts";
import { badField } from "../../base/errors.ts";
import { hostOf, isLoopback, LOOPBACK_HOSTS } from "../../base/hosts.ts";
import { contextOf } from "./request-context.ts";

const HOST_SHOWN = 200;

/** Returns a host as a Host header has it: an IPv6 address is in brackets. */
const inHeader = (host: string): string => (host.includes(":") ? `[${host}]` : host).toLowerCase();

/**
 * Returns the hosts that a server answers; null for any. A web page can point a name of its own at 127.0.0.1 ("DNS
 * rebinding"). For the browser, a server there then belongs to that page, which may read all its answers.
 */
export function answeredHosts(bound: string, allowed: readonly string[]): ReadonlySet<string> | null {
  if (allowed.length === 0 && !isLoopback(bound)) return null;
  return new Set([...LOOPBACK_HOSTS, inHeader(callableHost(bound)), ...allowed.map(hostOf)]);
}

/** Refuses requests for other hosts. HTTP/1.0 requests without a host are answered: no browser sends them. */
export const allowedHosts = (bound: string, allowed: readonly string[]) => {
  const answered = answeredHosts(bound, allowed);
  return new Elysia({ name: "allowed-hosts" })
    .onRequest(({ request }) => {
      const host = request.headers.get("host");
      if (!answered || host === null || answered.has(hostOf(host))) return;
      if (contextOf(request).caller.kind === "operator") return;
      throw badField(
        "Host",
        `'${host.slice(0, HOST_SHOWN)}' is not a host of this server. If it is yours, add it to ALLOWED_HOSTS`,
        { accepted: [...answered] },
      );
    })
    .as("global");
};

/** An address on which a server listens. */
export interface Address {
  hostname: string;
  port: number;
}

/** Addresses that stand for all network interfaces. A server can listen on them, but no client can call them. */
const LOOPBACK_OF: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** Returns the host to call, from this machine, a server that listens on `hostname`. */
export const callableHost = (hostname: string): string => LOOPBACK_OF[hostname] ?? hostname;

/** Returns `host:port`, with an IPv6 host in brackets. */
export const hostAndPort = ({ hostname, port }: Address): string =>
  `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;

/** Returns the URL that a browser on this machine can open, such as `http://127.0.0.1:3000` for `0.0.0.0:3000`. */
export const browserUrl = ({ hostname, port }: Address): string =>
  `http://${hostAndPort({ hostname: callableHost(hostname), port })}`;

/** Names and addresses by which this machine can call itself, as they stand in a Host header without the port. */
export const LOOPBACK_HOSTS: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Returns whether a server that listens on this host name or address can be reached only from this machine. */
export const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "::1" || /^127(\.\d{1,3}){3}$/.test(hostname);

/** Returns the host of a Host header: in lower case, without its port and without a final dot. */
export const hostOf = (header: string): string =>
  header.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");

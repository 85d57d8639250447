import type { Rate } from "./budget.ts";

export const MESSAGE_BYTES_MAX = 64 * 1024;
/** A message costs one unit, and one more for each of these bytes, because long messages take longer to parse. */
const BYTES_PER_UNIT = 4096;

/** Returns what a message of this length costs of a budget. */
export const costOf = (length: number): number => 1 + Math.floor(length / BYTES_PER_UNIT);

/** What sockets may ask of the server. Tests choose smaller figures. */
export interface SocketLimits {
  /** The messages of one socket. */
  socket_rate: Rate;
  /** The messages of all sockets of one address together. Many people may share an address. */
  address_rate: Rate;
  /** The messages of one socket that wait until earlier ones are answered. */
  waiting_max: number;
  failed_auth_max: number;
  /** The bytes that wait for a slow reader. */
  backlog_max: number;
  /** Open sockets in all. One caller may hold half of them. */
  sockets_max: number;
}

export const SOCKET_LIMITS: SocketLimits = {
  socket_rate: { per_second: 100, capacity: 150 },
  address_rate: { per_second: 1_000, capacity: 10_000 },
  waiting_max: 64,
  failed_auth_max: 5,
  backlog_max: 1024 * 1024,
  sockets_max: 10_000,
};

/**
 * Bun's own limits. It breaks the connection at its limit of backlog, without a closing code. The server closes at a
 * quarter of it, with a code, so that Bun's limit is only for a burst within one turn of the event loop.
 */
export const BUN_SOCKET_LIMITS = {
  maxPayloadLength: MESSAGE_BYTES_MAX,
  backpressureLimit: 4 * SOCKET_LIMITS.backlog_max,
  closeOnBackpressureLimit: true,
  /**
   * Seconds. Bun pings a quiet client, so that only a dead one is idle. It also is how long a client that ignores the
   * closing frame can keep the connection: Bun drops what it sends, and offers no way to end it sooner.
   */
  idleTimeout: 30,
};

export const CLOSE_GOING_AWAY = 1001;
export const CLOSE_POLICY_VIOLATION = 1008;
export const CLOSE_TRY_AGAIN_LATER = 1013;
export const CLOSE_UNAUTHORIZED = 4401;

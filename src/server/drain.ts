import { setTimeout as sleep } from "node:timers/promises";

/** The part of Bun's server that tells whether requests are open. */
interface Listener {
  readonly pendingRequests: number;
  stop(force?: boolean): Promise<void>;
}

const LOOK_EVERY_MS = 20;

/** Waits until no request is open, at most `limit_ms`. */
export async function untilAnswered(listener: Listener, limit_ms: number): Promise<void> {
  const until = performance.now() + limit_ms;
  while (listener.pendingRequests > 0 && performance.now() < until) await sleep(LOOK_EVERY_MS);
}

/** Waits for the work, at most `limit_ms`. The deadline does not keep alive a process that has nothing left to do. */
export const atMost = (limit_ms: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work, sleep(limit_ms, undefined, { ref: false })]);

/** Stops listening, lets open answers end for `limit_ms`, then closes all connections. */
export async function close(listener: Listener, limit_ms: number): Promise<void> {
  await atMost(limit_ms, listener.stop());
  await listener.stop(true);
}

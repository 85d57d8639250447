import { createSlots } from "../../base/slots.ts";
import { PluginError } from "../../plugins/plugin.ts";

interface BreakerOptions {
  /** How many calls may be open: enough to keep the workers busy, few enough to stop soon. */
  open_max: number;
  /** How many failures in a row stop the plugin. */
  failures_max: number;
  /** Why the plugin was stopped before, if it was. */
  stopped: string | undefined;
  onStop(reason: string): void;
}

/** Lets calls of a plugin through until it fails too often in a row; then throws a PluginError. */
export type Breaker = <Result>(call: () => Promise<Result>) => Promise<Result>;

/** Creates the breaker of one plugin. `onStop` receives the reason when it stops the plugin. */
export function createBreaker({ open_max, failures_max, stopped: before, onStop }: BreakerOptions): Breaker {
  const slots = createSlots(open_max);
  let stopped = before;
  let failures = 0;

  function refuseIfStopped(): void {
    if (stopped !== undefined) throw new PluginError("stopped", stopped);
  }

  function count({ reason, message }: PluginError): void {
    failures++;
    if (failures < failures_max || stopped !== undefined) return;
    stopped = `called no more after ${failures} failures in a row; last failure (${reason}): ${message}`;
    onStop(stopped);
  }

  return async (call) => {
    refuseIfStopped();
    const release = await slots.take();
    try {
      refuseIfStopped();
      const result = await call();
      failures = 0;
      return result;
    } catch (error) {
      if (error instanceof PluginError && error.reason !== "stopped") count(error);
      throw error;
    } finally {
      release();
    }
  };
}

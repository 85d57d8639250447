import { PLUGIN_IO_MAX } from "../../domain/plugin.ts";
import { Fault } from "./fault.ts";

const DEPTH_MAX = 100;

/** Rejects values that would be dangerous for readers of the output. */
function refuseUnsafeJson(value: unknown, depth: number): void {
  if (typeof value === "string") {
    if (value.includes("\0") || !value.isWellFormed())
      throw new Fault("output", "returned a text with a NUL character or an unpaired surrogate");
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (depth >= DEPTH_MAX)
    throw new Fault("output", `returned JSON that is nested more than ${DEPTH_MAX} levels deep`);
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__") throw new Fault("output", "returned a field named '__proto__'");
    refuseUnsafeJson(key, depth);
    refuseUnsafeJson(item, depth + 1);
  }
}

/** Rejects an output by its length in bytes, before it is copied out of the sandbox. */
export function refuseHuge(bytes: number): void {
  if (bytes > PLUGIN_IO_MAX) throw new Fault("output", `returned more than ${PLUGIN_IO_MAX} bytes`);
}

/** Parses a plugin's output. Throws a Fault unless it is safe JSON of bounded size and depth. */
export function parseOutput(text: string): unknown {
  refuseHuge(Buffer.byteLength(text));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Fault("output", `returned text that is not JSON: ${(error as Error).message}`);
  }
  refuseUnsafeJson(value, 0);
  return value;
}

import { PLUGIN_IO_MAX } from "../../domain/plugin.ts";
import { Fault } from "./fault.ts";

const DEPTH_MAX = 100;

/** Refuses what nobody who reads the answer should have to think of. */
function refuseUnsafeJson(value: unknown, depth: number): void {
  if (typeof value === "string") {
    if (value.includes("\0") || !value.isWellFormed())
      throw new Fault("output", "holds a NUL character or half of a surrogate pair");
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (depth >= DEPTH_MAX) throw new Fault("output", `is nested more than ${DEPTH_MAX} deep`);
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__") throw new Fault("output", "holds a field '__proto__'");
    refuseUnsafeJson(key, depth);
    refuseUnsafeJson(item, depth + 1);
  }
}

/** The output's length in bytes, where that is told before it is copied out of the sandbox. */
export function refuseHuge(bytes: number): void {
  if (bytes > PLUGIN_IO_MAX) throw new Fault("output", `has more than ${PLUGIN_IO_MAX} bytes`);
}

/** Reads what a plugin gave as JSON. Throws a Fault unless it is sound and of bounded size and depth. */
export function parseOutput(text: string): unknown {
  refuseHuge(Buffer.byteLength(text));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Fault("output", `is not JSON: ${(error as Error).message}`);
  }
  refuseUnsafeJson(value, 0);
  return value;
}

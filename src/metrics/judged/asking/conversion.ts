import type { TSchema } from "@sinclair/typebox";
import { isRecord } from "../../../base/json.ts";

/** Whether a field is there; null stands for none. */
const has = (value: Record<string, unknown>, name: string): boolean =>
  Object.hasOwn(value, name) && value[name] !== null;

function scalar({ type }: TSchema, value: unknown): unknown {
  if (type === "string" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  if (type === "number" && typeof value === "string" && value.trim() !== "") return Number(value);
  return value;
}

/**
 * What a judge gave, with `"4"` a number and `1` or `true` a word where such is wanted, and nothing that was not asked
 * for. Nothing is rounded, wrapped or made up; whether the form fits is still to be checked.
 */
export function converted(schema: TSchema, value: unknown): unknown {
  if (schema.type === "array")
    return Array.isArray(value) ? value.map((item) => converted(schema.items, item)) : value;
  if (schema.type !== "object") return scalar(schema, value);
  if (!isRecord(value)) return value;
  const wanted = Object.entries<TSchema>(schema.properties).filter(([name]) => has(value, name));
  return Object.fromEntries(wanted.map(([name, property]) => [name, converted(property, value[name])]));
}

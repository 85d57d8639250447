import { badField } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";

export interface IntegerSetting {
  fallback: number;
  minimum: number;
  maximum: number;
}

/** Throws BAD_REQUEST for an unknown setting, and for one that is given twice. */
export function refuseUnknown(dataset: string, settings: URLSearchParams, known: readonly string[]): void {
  for (const name of settings.keys()) {
    if (!known.includes(name))
      throw unknownName("dataset", "setting", name, { known, where: `of '${dataset}'` });
    if (settings.getAll(name).length > 1) throw badField("dataset", `the setting '${name}' is given twice`);
  }
}

/** Returns a setting in decimal digits. Throws BAD_REQUEST if it is not a whole number within the bounds. */
export function integerSetting(
  settings: URLSearchParams,
  name: string,
  { fallback, minimum, maximum }: IntegerSetting,
): number {
  const text = settings.get(name);
  if (text === null) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  const fault = `the setting '${name}' must be a whole number from ${minimum} to ${maximum}`;
  throw badField("dataset", fault, { value: text.slice(0, 100), accepted: { minimum, maximum } });
}

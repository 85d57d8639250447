import { Type } from "@sinclair/typebox";
import { t } from "elysia";
import { badField } from "../base/errors.ts";
import { ROLES } from "./permissions.ts";

/** Field schemas shared by several nouns, so that one limit is written in one place. */

export const ID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/** Elysia's own `t.Integer` also takes digits in a string, and decodes them: in JSON, `"100"` is not 100. */
export const Integer = Type.Integer;

export const Id = t.String({ pattern: ID_PATTERN, description: "a UUID" });
export const IdParams = t.Object({ id: Id });
export const Timestamp = t.String({ format: "date-time" });
/** A moment in a query, in UTC alone, to any part of it; `parseSince` reads it. */
export const Since = t.String({
  pattern: "^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?Z?)?$",
  description: "a day or a time in UTC, such as 2026-11-23 or 2026-11-23T08:00:00Z",
});
const DAY_DIGITS = "2026-11-23".length;

/** A `Since` as Unix milliseconds. Throws BAD_REQUEST for a day that there is none of. */
export function parseSince(since: string, field: string): number {
  const moment = Date.parse(since.includes("T") && !since.endsWith("Z") ? `${since}Z` : since);
  // The 31st of February would be the 3rd of March.
  if (Number.isNaN(moment) || !new Date(moment).toISOString().startsWith(since.slice(0, DAY_DIGITS)))
    throw badField(field, "is no day or time that there is");
  return moment;
}
export const Nullable = <Schema extends Parameters<typeof t.Union>[0][number]>(schema: Schema) =>
  t.Union([schema, t.Null()]);

export const Name = t.String({ minLength: 1, maxLength: 200 });
export const ProviderName = t.String({ minLength: 1, maxLength: 64 });
export const ModelName = t.String({ minLength: 1, maxLength: 300 });
export const RoleName = t.Union(ROLES.map((role) => t.Literal(role)));

/** Longest text a request may hold in one field; the body's own limit comes first. */
export const TEXT_MAX = 1_048_576;
export const Text = t.String({ minLength: 1, maxLength: TEXT_MAX });
export const OutputText = t.String({ maxLength: TEXT_MAX });

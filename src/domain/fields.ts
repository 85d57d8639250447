import { Type } from "@sinclair/typebox";
import { t } from "elysia";
import { badField } from "../base/errors.ts";
import { ROLES } from "./permissions.ts";

/** Field schemas that several nouns share, so that each limit is written once. */

export const ID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/** An integer in JSON. Elysia's `t.Integer` is not used, because it also accepts the string `"100"`. */
export const Integer = Type.Integer;

export const Id = t.String({ pattern: ID_PATTERN, description: "a UUID" });
export const IdParams = t.Object({ id: Id });
export const Timestamp = t.String({ format: "date-time" });
/** A time in a query, in UTC, down to any unit from days to milliseconds. `parseSince` reads it. */
export const Since = t.String({
  pattern: "^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?Z?)?$",
  description: "a day or a time in UTC, such as 2026-11-23 or 2026-11-23T08:00:00Z",
});
const DAY_DIGITS = "2026-11-23".length;

/** Returns a `Since` as Unix milliseconds. Throws BAD_REQUEST for a date that does not exist. */
export function parseSince(since: string, field: string): number {
  const moment = Date.parse(since.includes("T") && !since.endsWith("Z") ? `${since}Z` : since);
  // `Date.parse` turns the 31st of February into the 3rd of March.
  if (Number.isNaN(moment) || !new Date(moment).toISOString().startsWith(since.slice(0, DAY_DIGITS)))
    throw badField(field, "is not an existing day or time, such as 2026-11-23 or 2026-11-23T08:00:00Z");
  return moment;
}
export const Nullable = <Schema extends Parameters<typeof t.Union>[0][number]>(schema: Schema) =>
  t.Union([schema, t.Null()]);

export const Name = t.String({ minLength: 1, maxLength: 200 });
export const ProviderName = t.String({ minLength: 1, maxLength: 64 });
export const ModelName = t.String({ minLength: 1, maxLength: 300 });
export const RoleName = t.Union(ROLES.map((role) => t.Literal(role)));

/** The longest text of one field. The limit of the request body may be lower. */
export const TEXT_MAX = 1_048_576;
/** The longest text of a prompt: as long as the body that carries it may be. Models read over a million tokens. */
export const PROMPT_MAX = 16 * TEXT_MAX;
export const Text = t.String({ minLength: 1, maxLength: TEXT_MAX });
export const OutputText = t.String({ maxLength: TEXT_MAX });

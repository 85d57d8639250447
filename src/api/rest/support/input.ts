import type { TSchema } from "@sinclair/typebox";
import { t } from "elysia";
import { badField } from "../../../base/errors.ts";
import { validator } from "../../../base/validation.ts";
import { PageQuery } from "../../../domain/page.ts";
import { urlOf } from "../../middleware/request-context.ts";

/**
 * A route's body, checked as on every other face before Elysia looks at it: its own check throws a TypeError of
 * its own at a body such as `{"name": {"toString": 1}}`.
 */
export function takes<Schema extends TSchema>(schema: Schema) {
  const check = validator(schema);
  return {
    body: schema,
    transform({ body }: { body: unknown }) {
      check(body);
    },
  };
}

/**
 * A body that is described more closely than it is checked: its parts are looked at one by one later on. Answers what
 * reads it, and what the OpenAPI document says of it.
 */
export const takesLoosely = <Schema extends TSchema>(checked: Schema, described: TSchema) => ({
  read: validator(checked),
  requestBody: { required: true, content: { "application/json": { schema: described } } },
});

/** The same for a body that may be left out, which then is an empty object. */
export function mayTake<Schema extends TSchema>(schema: Schema) {
  const check = validator(schema);
  return {
    body: t.Optional(schema),
    transform({ body }: { body: unknown }) {
      check(body ?? {});
    },
  };
}

/** A route's query. A parameter that is given twice is refused: Elysia would take the last and hide the slip. */
export const asks = <Schema extends TSchema>(schema: Schema) => ({
  query: schema,
  transform({ request }: { request: Request }) {
    const names = [...urlOf(request).searchParams.keys()];
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw badField(twice.slice(0, 200), "is given more than once");
  },
});

/** A list's query. */
export const paged = asks(PageQuery);

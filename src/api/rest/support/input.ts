import type { TSchema } from "@sinclair/typebox";
import { t } from "elysia";
import { badField } from "../../../base/errors.ts";
import { validator } from "../../../base/validation.ts";
import { PageQuery } from "../../../domain/page.ts";
import { urlOf } from "../../middleware/request-context.ts";

/**
 * Declares a route's body. The body is checked here, as on every other face, before Elysia checks it: Elysia's check
 * throws a TypeError at a body such as `{"name": {"toString": 1}}`.
 */
export function withBody<Schema extends TSchema>(schema: Schema) {
  const check = validator(schema);
  return {
    body: schema,
    transform({ body }: { body: unknown }) {
      check(body);
    },
  };
}

/** Like `withBody`, for a body that may be left out. A missing body is an empty object. */
export function withOptionalBody<Schema extends TSchema>(schema: Schema) {
  const check = validator(schema);
  return {
    body: t.Optional(schema),
    transform({ body }: { body: unknown }) {
      check(body ?? {});
    },
  };
}

/**
 * Declares a body whose items are checked later, one by one. Returns the reader of the body, and the OpenAPI
 * document's entry, which describes the items too.
 */
export const withUncheckedItems = <Schema extends TSchema>(checked: Schema, described: TSchema) => ({
  read: validator(checked),
  requestBody: { required: true, content: { "application/json": { schema: described } } },
});

/** Declares a route's query. Refuses a repeated parameter: Elysia would take the last one and hide the mistake. */
export const withQuery = <Schema extends TSchema>(schema: Schema) => ({
  query: schema,
  transform({ request }: { request: Request }) {
    const names = [...urlOf(request).searchParams.keys()];
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined) throw badField(repeated.slice(0, 200), "is given more than once");
  },
});

/** Declares the query of a list: `page` and `page_size`. */
export const paged = withQuery(PageQuery);

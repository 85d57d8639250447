import type { TSchema } from "@sinclair/typebox";
import { type Static, t } from "elysia";
import { badField } from "../base/errors.ts";
import { Integer } from "./fields.ts";

export const PAGE_SIZE_DEFAULT = 20;
export const PAGE_SIZE_MAX = 100;
const PAGE_MAX = 1_000_000_000;
/** The most bytes of a field in a list. A longer field is null there, and the item's `left_out` names it. */
export const LISTED_BYTES_MAX = 4_000;
/** The most bytes of one answer with many items. A single record may be longer. */
export const ANSWER_BYTES_MAX = 8 * 1024 * 1024;

/** The query of every list. The numbers are checked as text: a numeric schema would read `0x10` as 16. */
export const PAGE_FIELDS = {
  page: t.Optional(
    t.String({ pattern: "^[0-9]+$", description: "a whole number of 1 or more, in decimal digits" }),
  ),
  page_size: t.Optional(
    t.String({ pattern: "^[0-9]+$", description: "a whole number from 1 to 100, in decimal digits" }),
  ),
};
export const PageQuery = t.Object(PAGE_FIELDS, { additionalProperties: false });
export type PageQuery = { [Field in keyof Static<typeof PageQuery>]?: string | undefined };

export interface PageRequest {
  page: number;
  page_size: number;
}

/** One page of a list, in the shape that the API document gives. */
export interface Page<Item> {
  items: Item[];
  total: number;
  page: number;
  page_size: number;
  total_pages: number;
}

export const PageOf = <Item extends TSchema>(item: Item) =>
  t.Object({
    items: t.Array(item),
    total: Integer(),
    page: Integer(),
    page_size: Integer(),
    total_pages: Integer(),
  });

function readNumber(
  query: PageQuery,
  field: keyof PageQuery,
  { fallback, max }: { fallback: number; max: number },
): number {
  const text = query[field];
  if (text === undefined) return fallback;
  const value = Number.parseInt(text, 10);
  if (value >= 1 && value <= max) return value;
  throw badField(field, `must be from 1 to ${max}`, { accepted: { minimum: 1, maximum: max } });
}

/** Reads `page` and `page_size`. Throws BAD_REQUEST if one is out of range. */
export const pageRequest = (query: PageQuery): PageRequest => ({
  page: readNumber(query, "page", { fallback: 1, max: PAGE_MAX }),
  page_size: readNumber(query, "page_size", { fallback: PAGE_SIZE_DEFAULT, max: PAGE_SIZE_MAX }),
});

export const offsetOf = ({ page, page_size }: PageRequest): number => (page - 1) * page_size;

export const pageOf = <Item>(items: Item[], total: number, request: PageRequest): Page<Item> => ({
  items,
  total,
  page: request.page,
  page_size: request.page_size,
  total_pages: Math.ceil(total / request.page_size),
});

/** Returns one page of a list that is completely in memory. */
export function pageOfAll<Item>(all: readonly Item[], request: PageRequest): Page<Item> {
  const start = offsetOf(request);
  return pageOf(all.slice(start, start + request.page_size), all.length, request);
}

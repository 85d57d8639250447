import type { TSchema } from "@sinclair/typebox";
import { type Static, t } from "elysia";
import { badField } from "../base/errors.ts";
import { Integer } from "./fields.ts";

export const PAGE_SIZE_DEFAULT = 20;
export const PAGE_SIZE_MAX = 100;
const PAGE_MAX = 1_000_000_000;

/** What every list can be asked. Kept as text: a numeric schema would read `0x10` as 16 and `1e3` as 1000. */
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

/** The list shape of the document. */
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

function within(field: string, text: string | undefined, fallback: number, max: number): number {
  if (text === undefined) return fallback;
  const value = Number.parseInt(text, 10);
  if (value >= 1 && value <= max) return value;
  throw badField(field, `must be from 1 to ${max}`, { accepted: { minimum: 1, maximum: max } });
}

/** Reads `page` and `page_size`; out of range is BAD_REQUEST. */
export const pageRequest = (query: PageQuery): PageRequest => ({
  page: within("page", query.page, 1, PAGE_MAX),
  page_size: within("page_size", query.page_size, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX),
});

export const offsetOf = ({ page, page_size }: PageRequest): number => (page - 1) * page_size;

export const pageOf = <Item>(items: Item[], total: number, request: PageRequest): Page<Item> => ({
  items,
  total,
  page: request.page,
  page_size: request.page_size,
  total_pages: Math.ceil(total / request.page_size),
});

/** A page of a list that is wholly in memory. */
export function pageOfAll<Item>(all: readonly Item[], request: PageRequest): Page<Item> {
  const start = offsetOf(request);
  return pageOf(all.slice(start, start + request.page_size), all.length, request);
}

import { describe, expect, test } from "bun:test";
import { AppError } from "../../src/base/errors.ts";
import { validator } from "../../src/base/validation.ts";
import { offsetOf, PageQuery, pageOf, pageOfAll, pageRequest } from "../../src/domain/page.ts";

const read = (query: unknown) => pageRequest(validator(PageQuery)(query));

function faultOf(query: unknown): AppError {
  try {
    read(query);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("the query was expected to be refused");
}

describe("a query", () => {
  test.each([
    [{}, { page: 1, page_size: 20 }],
    [{ page: "3" }, { page: 3, page_size: 20 }],
    [{ page_size: "100" }, { page: 1, page_size: 100 }],
    [
      { page: "1000000000", page_size: "1" },
      { page: 1_000_000_000, page_size: 1 },
    ],
    [{ page: "007" }, { page: 7, page_size: 20 }],
  ])("%p is read", (query, request) => {
    expect(read(query)).toEqual(request);
  });

  test.each(["0", "-1", "1.5", "0x10", "1e3", "", " 1", "one", "１", "1000000001", "9".repeat(400)])(
    "page=%p is refused, naming it",
    (page) => {
      const { code, details } = faultOf({ page });
      expect([code, details.field]).toEqual(["BAD_REQUEST", "page"]);
    },
  );

  test.each(["0", "101", "1e2", "ten", "+5"])("page_size=%p is refused, naming it", (page_size) => {
    const { code, details } = faultOf({ page_size });
    expect([code, details.field]).toEqual(["BAD_REQUEST", "page_size"]);
  });

  test("out of range is refused with the accepted range", () => {
    expect(faultOf({ page_size: "101" }).details).toMatchObject({ accepted: { minimum: 1, maximum: 100 } });
  });

  test("with another parameter is refused", () => {
    expect(faultOf({ limit: "5" }).details.field).toBe("limit");
  });
});

describe("a page", () => {
  const request = { page: 3, page_size: 10 };

  test("begins after the items of the earlier pages", () => {
    expect(offsetOf(request)).toBe(20);
    expect(offsetOf({ page: 1, page_size: 10 })).toBe(0);
  });

  test.each([
    [0, 0],
    [1, 1],
    [10, 1],
    [11, 2],
    [100, 10],
  ])("of %p items in total is one of %p pages", (total, total_pages) => {
    expect(pageOf([], total, request)).toEqual({ items: [], total, page: 3, page_size: 10, total_pages });
  });

  test("of a list in memory has only its own items", () => {
    const all = Array.from({ length: 25 }, (_, index) => index);
    expect(pageOfAll(all, request)).toEqual({
      items: [20, 21, 22, 23, 24],
      total: 25,
      page: 3,
      page_size: 10,
      total_pages: 3,
    });
    expect(pageOfAll(all, { page: 4, page_size: 10 }).items).toEqual([]);
  });
});

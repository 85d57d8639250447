import { describe, expect, test } from "bun:test";
import { parseForm } from "../../../src/api/middleware/form.ts";
import { AppError } from "../../../src/base/errors.ts";

const TYPE = "multipart/form-data; boundary=xyz";
const CRLF = "\r\n";
const part = (disposition: string, content: string) =>
  `--xyz${CRLF}Content-Disposition: form-data; ${disposition}${CRLF}${CRLF}${content}${CRLF}`;
const parse = (...parts: BlobPart[]) => parseForm(new Blob([...parts, `--xyz--${CRLF}`]), TYPE);

async function faultOf(parsing: Promise<unknown>): Promise<unknown> {
  const error = await parsing.catch((reason: unknown) => reason);
  return error instanceof AppError ? [error.code, error.details.field, error.details.fault] : error;
}

describe("a form", () => {
  test("is read as the runtime writes it: texts, and files with names and types", async () => {
    const sent = new FormData();
    const bytes = new Uint8Array(3_000_000).map((_, index) => (index * 7) % 256);
    sent.set("name", "näme\r\nwith lines");
    sent.set("empty", "");
    sent.set("file", new File([bytes], "data.bin", { type: "application/x-thing" }));
    sent.set("none", new File([], "none.jsonl"));
    const response = new Response(sent);
    const type = response.headers.get("content-type") ?? "";
    const form = await parseForm(await response.blob(), type);
    const { file, none, ...texts } = form as { file: File; none: File };
    expect<unknown>(texts).toEqual({ name: "näme\r\nwith lines", empty: "" });
    expect([file.name, file.type, file.size]).toEqual(["data.bin", "application/x-thing", bytes.length]);
    expect(Buffer.from(await file.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
    expect([none.name, none.size]).toEqual(["none.jsonl", 0]);
  });

  test("may have boundaries at any place of what is read at once", async () => {
    for (const size of [1_048_570, 1_048_575, 1_048_576, 1_048_577, 2_097_150]) {
      const content = "y".repeat(size);
      const form = await parse(part('name="file"; filename="f"', content), part('name="after"', "text"));
      expect([(form.file as File).size, form.after]).toEqual([size, "text"]);
    }
  });

  test("may hold what looks like a boundary", async () => {
    const content = `--xy${CRLF}--xy${CRLF}--${CRLF}xyz--`;
    expect(await parse(part('name="text"', content))).toEqual({ text: content });
  });

  test.each([
    ["without parts", "", TYPE],
    ["without a boundary", part('name="a"', "b"), "multipart/form-data"],
    ["without an end", part('name="a"', "b"), TYPE],
    ["with a part that has no name", `${part("x", "b")}--xyz--`, TYPE],
    ["with a part that has no head", `--xyz${CRLF}b${CRLF}--xyz--`, TYPE],
  ])("%s is not valid", async (_what, body, type) => {
    const fault = await faultOf(parseForm(new Blob([body]), type));
    expect(fault).toEqual(["BAD_REQUEST", "body", "is not valid multipart/form-data"]);
  });

  test("is refused with a field twice, with long text, and with many fields", async () => {
    const twice = parse(part('name="a"', "1"), part('name="a"', "2"));
    expect(await faultOf(twice)).toEqual(["BAD_REQUEST", "a", "is given more than once"]);
    const long = parse(part('name="a"', "x".repeat(1_048_577)));
    expect(await faultOf(long)).toMatchObject(["BAD_REQUEST", "a", expect.stringContaining("as a file")]);
    const many = parse(...Array.from({ length: 30 }, (_, index) => part(`name="f${index}"`, "")));
    expect(await faultOf(many)).toEqual(["BAD_REQUEST", "body", "has more than 20 fields"]);
  });
});

import { describe, expect, test } from "bun:test";
import { readRows } from "../../../src/datasets/sources/index.ts";
import { type BlobInput, readAll, refusal, textFile } from "../files.ts";

const jsonl = (...parts: BlobInput[]) => readAll(textFile(...parts), "jsonl");

describe("rows of a JSON Lines file", () => {
  test("are the objects, with their lines", async () => {
    expect(await jsonl('{"input":"Who?","choices":["a","b"],"expected":1}\n{"input":"café"}')).toEqual([
      { values: { input: "Who?", choices: ["a", "b"], expected: 1 }, line: 1 },
      { values: { input: "café" }, line: 2 },
    ]);
  });

  test("skip blank lines, take CRLF and a byte order mark", async () => {
    expect(await jsonl(new Uint8Array([0xef, 0xbb, 0xbf]), '{"a":1}\r\n\r\n  \n{"a":2}\r\n')).toEqual([
      { values: { a: 1 }, line: 1 },
      { values: { a: 2 }, line: 4 },
    ]);
  });

  test("add up to the columns", async () => {
    const rows = readRows(textFile('{"a":1}\n{"b":2,"a":3}\n'), "jsonl");
    const seen: string[][] = [];
    for await (const _ of rows) seen.push([...rows.columns]);
    expect(seen).toEqual([["a"], ["a", "b"]]);
    expect(rows.columnsFixed).toBe(false);
  });

  test("keep their lines over block borders", async () => {
    const rows = await jsonl(`${JSON.stringify({ text: "日本語".repeat(50) })}\n\n`.repeat(2000));
    expect(rows.map(({ line }) => line)).toEqual(Array.from({ length: 2000 }, (_, index) => 1 + 2 * index));
    expect(new Set(rows.map(({ values }) => values.text))).toEqual(new Set(["日本語".repeat(50)]));
  });

  test("do not exist in an empty file", async () => {
    expect(await jsonl("")).toEqual([]);
    expect(await jsonl("\n \n")).toEqual([]);
  });
});

describe("a JSON Lines file is refused, with the line,", () => {
  test("for invalid JSON", async () => {
    expect(await refusal(jsonl('{"a":1}\n\n{"a":\n'))).toMatchObject({
      field: "file",
      line: 3,
      fault: expect.stringMatching(/^is not valid JSON \(.+\)$/),
    });
  });

  test("for a field that is given twice", async () => {
    expect(await refusal(jsonl('{"a":1}\n{"a":1,"b":{"c":1,"c":2}}\n'))).toMatchObject({
      field: "file",
      line: 2,
      fault: "has the field 'b.c' more than once",
    });
  });

  test("for JSON that is no object", async () => {
    for (const value of ["[1,2]", "3", "null", '"text"']) {
      expect(await refusal(jsonl(`{"a":1}\n${value}\n`))).toMatchObject({
        line: 2,
        fault: "must be a JSON object with a value for each column",
      });
    }
  });

  test("for a file that is one JSON array over several lines", async () => {
    expect(await refusal(jsonl('[\n{"a":1}\n]\n'))).toMatchObject({ line: 1 });
  });

  test("for bytes that are no UTF-8", async () => {
    expect(await refusal(jsonl('{"a":1}\n{"a":"', new Uint8Array([0xc3, 0x28]), '"}\n'))).toMatchObject({
      line: 2,
    });
  });

  test("for more columns than a table has", async () => {
    const wide = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`c${index}`, 1]));
    expect(await refusal(jsonl(`{"a":1}\n${JSON.stringify(wide)}`))).toMatchObject({ line: 2 });
  });
});

import { describe, expect, test } from "bun:test";
import { readRows } from "../../../src/datasets/sources/index.ts";
import { type BlobInput, readAll, refusal, textFile } from "../files.ts";

const csv = (...parts: BlobInput[]) => readAll(textFile(...parts), "csv");
const placed = async (...parts: BlobInput[]) =>
  (await csv(...parts)).map(({ values, line }) => [line, Object.values(values)]);

describe("rows of a CSV file", () => {
  test("are text by column name, with the line they start on", async () => {
    expect(await csv("input,answer\nWhat is 2 + 2?,4\nWho?,\n")).toEqual([
      { values: { input: "What is 2 + 2?", answer: "4" }, line: 2 },
      { values: { input: "Who?", answer: "" }, line: 3 },
    ]);
  });

  test("may hold commas, doubled quotes and line breaks in quoted fields", async () => {
    expect(await placed('a,b\n"1,5","say ""yes"""\n"two\nlines",x\nlast,y')).toEqual([
      [2, ["1,5", 'say "yes"']],
      [3, ["two\nlines", "x"]],
      [5, ["last", "y"]],
    ]);
  });

  test("keep their lines under CRLF, also within quotes", async () => {
    expect(await placed('a,b\r\n"two\r\nlines",x\r\n"three\r\n\r\nlines",y\r\nlast,z\r\n')).toEqual([
      [2, ["two\r\nlines", "x"]],
      [4, ["three\r\n\r\nlines", "y"]],
      [7, ["last", "z"]],
    ]);
  });

  test("skip empty lines without losing count, before the header too", async () => {
    expect(await placed("\n\na,b\n\n1,2\n\r\n\n3,4\n\n")).toEqual([
      [5, ["1", "2"]],
      [8, ["3", "4"]],
    ]);
  });

  test("count the lines of a header that spans some", async () => {
    expect(await placed('"a\nb",c\n1,2\n')).toEqual([[3, ["1", "2"]]]);
  });

  test("begin after a byte order mark", async () => {
    const rows = readRows(textFile(new Uint8Array([0xef, 0xbb, 0xbf]), "a,b\n1,2\n"), "csv");
    for await (const { values } of rows) expect(values).toEqual({ a: "1", b: "2" });
    expect([...rows.columns]).toEqual(["a", "b"]);
  });

  test("take columns without a name by their position, as an index that pandas wrote", async () => {
    expect(await csv(",question\n0,Who?\n")).toEqual([
      { values: { "Unnamed: 0": "0", question: "Who?" }, line: 2 },
    ]);
  });

  test("keep names that objects have of their own", async () => {
    const [row] = await csv("__proto__,constructor\n1,2\n");
    expect(Object.entries(row?.values ?? {})).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });

  test("survive block borders: many rows, characters of several bytes, lines of any length", async () => {
    const texts = Array.from(
      { length: 3000 },
      (_, index) => `${"日本語 ü ".repeat(index % 40)}"${index}"\n…`,
    );
    const lines = texts.map((text, index) => `${index},"${text.replaceAll('"', '""')}"`);
    const rows = await csv(`id,text\n${lines.join("\n")}\n`);
    expect(rows.map(({ values }) => values.text)).toEqual(texts);
    expect(rows.map(({ line }) => line)).toEqual(texts.map((_, index) => 2 + 2 * index));
  });

  test("do not exist in an empty file or below a lone header", async () => {
    expect(await csv("")).toEqual([]);
    expect(await csv("\n\n")).toEqual([]);
    expect(await csv("a,b")).toEqual([]);
  });

  test("yield to other work", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await csv("id,text\n", `1,${"x".repeat(200)}\n`.repeat(20_000));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });
});

describe("a CSV file is refused, with line and column,", () => {
  test("for a quote inside an unquoted field", async () => {
    expect(await refusal(csv('a,b\n1,2\n3,say "yes"\n'))).toMatchObject({
      field: "file",
      line: 3,
      column: "b",
      fault: expect.stringContaining("an unquoted field contains a quote"),
    });
  });

  test("for text behind a closing quote, naming the line on which the row starts", async () => {
    expect(await refusal(csv('a,b\r\n"x\r\ny",2\r\n\r\n"over\r\ntwo" lines,2\r\n'))).toMatchObject({
      field: "file",
      line: 5,
      column: "a",
      fault: expect.stringContaining("text follows a closing quote"),
    });
  });

  test("for a quote that is never closed", async () => {
    expect(await refusal(csv('a,b\n1,2\n3,"open\n5,6\n'))).toMatchObject({
      line: 3,
      column: "b",
      fault: "a quoted field is never closed",
    });
  });

  test("for too few and too many fields", async () => {
    expect(await refusal(csv("a,b,c\n1,2,3\n\n4,5\n"))).toMatchObject({
      line: 4,
      column: "c",
      message: "file, line 4, column 'c': the row has 2 columns, but the header has 3",
    });
    expect(await refusal(csv('a,b\n"1\n",2\n3,4,5\n'))).toMatchObject({
      line: 4,
      fault: "the row has 3 columns, but the header has 2",
    });
  });

  test("for a fault in its first rows that comes before any row was taken", async () => {
    expect(await refusal(csv('"a,b\n1,2\n'))).toMatchObject({
      line: 1,
      fault: "a quoted field is never closed",
    });
    expect(await refusal(csv('\na,b\n"1"x,2\n'))).toMatchObject({ line: 3, column: "a" });
  });

  test("for two columns of one name", async () => {
    expect(await refusal(csv("\n\na,b,a\n1,2,3\n"))).toMatchObject({
      line: 3,
      column: "a",
      fault: "two columns have the same name",
    });
  });

  test("for lines that end in a bare carriage return", async () => {
    expect(await refusal(csv("a,b\r1,2\r"))).toMatchObject({
      line: 1,
      fault: expect.stringContaining("carriage return"),
    });
  });

  test("for bytes that are no UTF-8", async () => {
    expect(await refusal(csv("a,b\n1,2\ncaf", new Uint8Array([0xe9]), ",3\n"))).toMatchObject({
      field: "file",
      line: 3,
      fault: "is not valid UTF-8 text",
    });
    expect(await refusal(csv(new Uint8Array([0xff, 0xfe, 0x61, 0x00])))).toMatchObject({ line: 1 });
  });

  test("for a character cut off at its end", async () => {
    expect(await refusal(csv("a\nx\n", new Uint8Array([0xe6, 0x97])))).toMatchObject({ line: 3 });
  });

  test("for a row without end", async () => {
    const long = "x".repeat(17 * 1024 * 1024);
    expect(await refusal(csv(`a,b\n1,2\n3,${long}`))).toMatchObject({
      line: 3,
      fault: "the line is longer than 16 MiB",
    });
    expect(await refusal(csv("a,b\n1,2\n", '3,"', `${long.slice(0, 1000)}\n`.repeat(17_000)))).toMatchObject({
      line: 3,
      column: "b",
      fault: expect.stringContaining("a quote that is never closed"),
    });
  });

  test("for more columns than a table has", async () => {
    expect(
      await refusal(csv(Array.from({ length: 10_001 }, (_, index) => `c${index}`).join(","))),
    ).toMatchObject({
      line: 1,
      fault: "has 10001 columns; at most 10000 are accepted",
    });
  });
});

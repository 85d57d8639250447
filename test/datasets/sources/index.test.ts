import { describe, expect, test } from "bun:test";
import { formatOf, readRows } from "../../../src/datasets/sources/index.ts";
import { parquetFile, refusal, rowsOf, textFile } from "../files.ts";

const refusedFormat = (filename: string, declared?: string) =>
  refusal(Promise.resolve().then(() => formatOf(filename, declared)));

describe("the format of a file", () => {
  test("is that of its extension in any case", () => {
    const formats = [
      "a.csv",
      "A.CSV",
      "b.jsonl",
      "b.ndjson",
      "dir.csv/c.parquet",
      "test-00000-of-00001.parquet",
    ].map((name) => formatOf(name));
    expect(formats).toEqual(["csv", "csv", "jsonl", "jsonl", "parquet", "parquet"]);
  });

  test("is what the caller declares, whatever the name", () => {
    expect(formatOf("data.txt", "csv")).toBe("csv");
    expect(formatOf("data.csv", "jsonl")).toBe("jsonl");
  });

  test("is rejected if it is unknown, with the accepted ones", async () => {
    const accepted = ["jsonl", "csv", "parquet"];
    expect(await refusedFormat("data.xlsx")).toMatchObject({
      field: "format",
      accepted,
      fault: expect.stringContaining("'data.xlsx'"),
    });
    expect(await refusedFormat("README")).toMatchObject({ field: "format", accepted });
    expect(await refusedFormat("")).toMatchObject({ accepted });
    expect(await refusedFormat("data.constructor")).toMatchObject({ accepted });
    expect(await refusedFormat("data.csv", "xml")).toMatchObject({ accepted, fault: "'xml' is not known" });
  });
});

test("the same table reads the same from each format", async () => {
  const csv = await rowsOf(readRows(textFile("q,a\nWho?,Ann\nWhere?,Rome\n"), "csv"));
  const jsonl = await rowsOf(
    readRows(textFile('{"q":"Who?","a":"Ann"}\n{"q":"Where?","a":"Rome"}\n'), "jsonl"),
  );
  const columns = [
    { name: "q", data: ["Who?", "Where?"], type: "STRING" as const },
    { name: "a", data: ["Ann", "Rome"], type: "STRING" as const },
  ];
  const parquet = await rowsOf(readRows(parquetFile(columns), "parquet"));
  expect(jsonl.map(({ values }) => values)).toEqual(csv.map(({ values }) => values));
  expect(parquet.map(({ values }) => values)).toEqual(csv.map(({ values }) => values));
});

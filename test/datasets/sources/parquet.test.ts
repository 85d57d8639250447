import { describe, expect, test } from "bun:test";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { readRows } from "../../../src/datasets/sources/index.ts";
import { listColumn, parquetFile, readAll, refusal, textColumn, textFile } from "../files.ts";

const questions = (count: number) =>
  Array.from({ length: count }, (_, index) => `What is ${index} + ${index}?`);

describe("rows of a parquet file", () => {
  test("have numbers, text, true and false, times and null as JSON has them, and count from 1", async () => {
    const file = parquetFile([
      { name: "text", data: ["a", "ü"], type: "STRING" },
      { name: "whole", data: [1n, -2n], type: "INT64" },
      { name: "huge", data: [9007199254740993n, 1n], type: "INT64" },
      { name: "real", data: [0.5, 2], type: "DOUBLE" },
      { name: "flag", data: [true, false], type: "BOOLEAN" },
      { name: "time", data: [new Date(0), new Date(86_400_000)], type: "TIMESTAMP" },
      { name: "hole", data: ["x", null], type: "STRING", nullable: true },
    ]);
    const [first, second] = await readAll(file, "parquet");
    expect(first).toEqual({
      values: {
        text: "a",
        whole: 1,
        huge: "9007199254740993",
        real: 0.5,
        flag: true,
        time: "1970-01-01T00:00:00.000Z",
        hole: "x",
      },
      line: 1,
    });
    expect(second?.line).toBe(2);
    expect(second?.values).toMatchObject({ text: "ü", whole: -2, huge: 1, real: 2, flag: false });
    expect(second?.values.hole ?? null).toBeNull();
  });

  test("have lists", async () => {
    const file = parquetFile([{ name: "choices", data: [["a", "b"], ["c"], []] }], {
      schema: [{ name: "root", num_children: 1 }, ...listColumn("choices")],
    });
    expect((await readAll(file, "parquet")).map(({ values }) => values.choices)).toEqual([
      ["a", "b"],
      ["c"],
      [],
    ]);
  });

  test("come in order out of several row groups", async () => {
    const file = parquetFile([{ name: "q", data: questions(2500), type: "STRING" }], { rowGroupSize: 1000 });
    const rows = await readAll(file, "parquet");
    expect(rows.map(({ values }) => values.q)).toEqual(questions(2500));
    expect(rows.map(({ line }) => line)).toEqual(rows.map((_, index) => index + 1));
  });

  test("come in order out of a row group read in batches of pages, lists too", async () => {
    const count = 25_000;
    const lists = Array.from({ length: count }, (_, index) =>
      Array.from({ length: index % 4 }, (__, item) => `${index}.${item}`),
    );
    const options = { rowGroupSize: count, pageSize: 10_000 };
    const file = parquetFile(
      [
        { name: "q", data: questions(count) },
        { name: "l", data: lists },
      ].map((column) => ({ ...column, offsetIndex: true })),
      {
        ...options,
        schema: [{ name: "root", num_children: 2 }, textColumn("q"), ...listColumn("l")],
      },
    );
    const rows = await readAll(file, "parquet");
    expect(rows.map(({ values }) => values.q)).toEqual(questions(count));
    expect(rows.map(({ values }) => values.l)).toEqual(lists);
  });

  test("come out of every usual compression", async () => {
    const compressors = { GZIP: gzipSync, ZSTD: zstdCompressSync, BROTLI: brotliCompressSync };
    for (const codec of ["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "BROTLI"] as const) {
      const file = parquetFile([{ name: "q", data: questions(500), type: "STRING" }], { codec, compressors });
      const rows = await readAll(file, "parquet");
      expect([codec, rows.map(({ values }) => values.q)]).toEqual([codec, questions(500)]);
    }
  });

  test("have the wanted columns only, but all columns are known", async () => {
    const file = parquetFile([
      { name: "a", data: ["1"], type: "STRING" },
      { name: "b", data: ["2"], type: "STRING" },
    ]);
    const rows = readRows(file, "parquet", ["b", "missing"]);
    for await (const { values } of rows) expect(values).toEqual({ b: "2" });
    expect([...rows.columns]).toEqual(["a", "b"]);
  });

  test("leave bytes that are no UTF-8 as bytes", async () => {
    const file = parquetFile([{ name: "raw", data: [new Uint8Array([0xff, 0x00])], type: "BYTE_ARRAY" }]);
    expect((await readAll(file, "parquet"))[0]?.values.raw).toEqual(new Uint8Array([0xff, 0x00]));
  });

  test("do not exist in a file without rows", async () => {
    expect(await readAll(parquetFile([{ name: "q", data: [], type: "STRING" }]), "parquet")).toEqual([]);
  });
});

describe("a parquet file is refused", () => {
  const whole = parquetFile([{ name: "q", data: questions(3000), type: "STRING" }], {
    codec: "UNCOMPRESSED",
  });

  test("if it is something else, or empty", async () => {
    for (const file of [textFile("a,b\n1,2\n"), textFile("PAR1"), textFile("PAR1PAR1PAR1"), textFile("")]) {
      expect(await refusal(readAll(file, "parquet"))).toMatchObject({
        field: "file",
        fault: expect.stringContaining("is not a parquet file, or is truncated"),
      });
    }
  });

  test("if it is cut off", async () => {
    for (const size of [4, 100, whole.size - 1, whole.size - 4, whole.size - 20]) {
      expect(await refusal(readAll(whole.slice(0, size), "parquet"))).toMatchObject({ field: "file" });
    }
  });

  test("if its pages are damaged, naming the column", async () => {
    const packed = parquetFile([{ name: "q", data: questions(3000), type: "STRING" }], {
      codec: "GZIP",
      compressors: { GZIP: gzipSync },
    });
    const bytes = new Uint8Array(await packed.arrayBuffer());
    bytes.fill(0x55, 60, 1000);
    expect(await refusal(readAll(new Blob([bytes]), "parquet"))).toMatchObject({
      field: "file",
      column: "q",
    });
  });

  test("if a small file repeats a long text in many rows", async () => {
    const text = "x".repeat(1_000_000);
    const file = parquetFile([
      { name: "q", data: Array.from({ length: 1_000 }, () => text), type: "STRING" },
    ]);
    expect(file.size).toBeLessThan(100_000);
    const rows: number[] = [];
    const reading = (async () => {
      for await (const { line } of readRows(file, "parquet")) rows.push(line);
    })();
    expect(await refusal(reading)).toMatchObject({
      field: "file",
      fault: expect.stringMatching(/^decodes to more than 16777216 bytes/),
    });
    expect(rows).toHaveLength(16);
  });

  test("if a page unpacks to more than it declares", async () => {
    const bomb = () => gzipSync(Buffer.alloc(50_000_000));
    const file = parquetFile([{ name: "q", data: questions(3000), type: "STRING" }], {
      codec: "GZIP",
      compressors: { GZIP: bomb },
    });
    expect(await refusal(readAll(file, "parquet"))).toMatchObject({ column: "q" });
  });
});

import { describe, expect, test } from "bun:test";
import { columnsOf, samplesOfInputs, samplesOfRows } from "../../../src/datasets/mapping/index.ts";
import { readRows } from "../../../src/datasets/sources/index.ts";
import type { ColumnMapping, Sample, SampleInput } from "../../../src/domain/dataset.ts";
import { listColumn, parquetFile, refusal, textColumn, textFile } from "../files.ts";

const MMLU: ColumnMapping = {
  input: "question",
  choices: ["choice0", "choice1", "choice2", "choice3"],
  expected: "answer",
  group: "subject",
};
const MMLU_HEADER = "question,subject,choice0,choice1,choice2,choice3,answer\n";

const ofCsv = (text: string, mapping?: ColumnMapping) =>
  samplesOfRows(readRows(textFile(text), "csv"), mapping);
const ofJsonl = (rows: readonly object[], mapping?: ColumnMapping) =>
  samplesOfRows(readRows(textFile(rows.map((row) => JSON.stringify(row)).join("\n")), "jsonl"), mapping);
const ofMmlu = (rows: string) => ofCsv(MMLU_HEADER + rows, MMLU);
const letters = (samples: readonly Sample[]) => samples.map(({ expected }) => expected?.[0]);

describe("the samples of a file", () => {
  test("come from the mapped columns; other columns are ignored", async () => {
    expect(await ofMmlu("Find x.,algebra,0,4,2,6,1\n")).toEqual([
      { id: "0", input: "Find x.", group: "algebra", choices: ["0", "4", "2", "6"], expected: ["B"] },
    ]);
    expect(columnsOf(MMLU)).toEqual([
      "question",
      "choice0",
      "choice1",
      "choice2",
      "choice3",
      "answer",
      "subject",
    ]);
  });

  test("are the same from CSV with four columns and from parquet with a list and whole numbers", async () => {
    const questions = ["Find x.", 'Say "no",\nplease.'];
    const choices = [
      ["0", "4", "2", "6"],
      ["a,b", "c", "d", "e"],
    ];
    const file = parquetFile(
      [
        { name: "question", data: questions },
        { name: "subject", data: ["algebra", "manners"] },
        { name: "choices", data: choices },
        { name: "answer", data: [1n, 3n] },
      ],
      {
        schema: [
          { name: "root", num_children: 4 },
          textColumn("question"),
          textColumn("subject"),
          ...listColumn("choices"),
          { name: "answer", type: "INT64", repetition_type: "REQUIRED" },
        ],
      },
    );
    const fromParquet = await samplesOfRows(readRows(file, "parquet"), { ...MMLU, choices: "choices" });
    const fromCsv = await ofMmlu('Find x.,algebra,0,4,2,6,1\n"Say ""no"",\nplease.",manners,"a,b",c,d,e,3\n');
    expect(fromParquet).toEqual(fromCsv);
    expect(letters(fromCsv)).toEqual(["B", "D"]);
  });

  test("come from the columns named after a sample's parts, without a mapping", async () => {
    expect(
      await ofCsv(
        'id,input,choices,expected,context,group,note\nq1,Who?,"[""Ann"",""Bob""]",B,It was Bob.,people,x\n',
      ),
    ).toEqual([
      {
        id: "q1",
        input: "Who?",
        choices: ["Ann", "Bob"],
        expected: ["B"],
        context: ["It was Bob."],
        group: "people",
      },
    ]);
    expect(await ofCsv("input\nWho?\n")).toEqual([{ id: "0", input: "Who?" }]);
  });

  test("have the row's number from 0 as id, if they have no other", async () => {
    expect((await ofCsv("input\na\n\nb\nc\n")).map(({ id }) => id)).toEqual(["0", "1", "2"]);
    expect(
      (await ofJsonl([{ id: 70, input: "a" }, { input: "b" }, { id: "x", input: "c" }])).map(({ id }) => id),
    ).toEqual(["70", "1", "x"]);
  });

  test("read empty cells and null as missing values", async () => {
    expect(await ofCsv("id,input,expected,context,group\n,Who?,,,\n")).toEqual([{ id: "0", input: "Who?" }]);
    expect(
      await ofJsonl([{ input: "Who?", choices: null, expected: null, context: "", group: null }]),
    ).toEqual([{ id: "0", input: "Who?" }]);
  });

  test("have fewer choices if the last columns are empty", async () => {
    const samples = await ofMmlu("Yes?,s,yes,no,,,0\nWhich?,s,a,b,c,,2\n");
    expect(samples.map(({ choices }) => choices)).toEqual([
      ["yes", "no"],
      ["a", "b", "c"],
    ]);
    expect(letters(samples)).toEqual(["A", "C"]);
  });

  test("may be with and without choices in one file", async () => {
    const samples = await ofJsonl([
      { input: "2 + 2", expected: 4 },
      { input: "Which?", choices: ["x", "y"], expected: 1 },
      { input: "Who?", expected: ["Ann", "Anna"] },
    ]);
    expect(samples.map(({ expected }) => expected)).toEqual([["4"], ["B"], ["Ann", "Anna"]]);
  });

  test("have the texts of one or several columns or lists as context", async () => {
    const mapping = { input: "q", context: ["title", "passages"] };
    expect(
      await ofJsonl(
        [
          { q: "Who?", title: "T", passages: ["one", "two"] },
          { q: "Where?", passages: [] },
        ],
        mapping,
      ),
    ).toEqual([
      { id: "0", input: "Who?", context: ["T", "one", "two"] },
      { id: "1", input: "Where?" },
    ]);
    expect((await ofCsv("q,c\nWho?,passage\n", { input: "q", context: "c" }))[0]?.context).toEqual([
      "passage",
    ]);
  });

  test("read numbers and booleans as text", async () => {
    expect(await ofJsonl([{ q: 7, g: 2.5, e: true }], { input: "q", group: "g", expected: "e" })).toEqual([
      { id: "0", input: "7", group: "2.5", expected: ["true"] },
    ]);
  });
});

describe("choices in one column", () => {
  const choicesOf = async (cell: string) => {
    const text = `q,c\nWhich?,"${cell.replaceAll('"', '""')}"\n`;
    return (await ofCsv(text, { input: "q", choices: "c" }))[0]?.choices;
  };

  test("may be a JSON array as text", async () => {
    expect(await choicesOf('["a","b, c","say \\"d\\""]')).toEqual(["a", "b, c", 'say "d"']);
    expect(await choicesOf("[0, 4, 2.5]")).toEqual(["0", "4", "2.5"]);
  });

  test("may be a list as Python or numpy prints it", async () => {
    expect(await choicesOf("['0', '4', \"it's\"]")).toEqual(["0", "4", "it's"]);
    expect(await choicesOf("['True, True' 'False, False'\n 'True, False' \"it's\"]")).toEqual([
      "True, True",
      "False, False",
      "True, False",
      "it's",
    ]);
  });

  test("are rejected in any other form, with the accepted forms", async () => {
    expect(await refusal(choicesOf("A) one B) two"))).toMatchObject({
      line: 2,
      column: "c",
      value: "A) one B) two",
      fault: expect.stringContaining("several columns"),
    });
    expect(await refusal(choicesOf("['it's' 'b']"))).toMatchObject({ line: 2, column: "c" });
  });
});

describe("a file is refused", () => {
  test("for a column that the mapping names and the file lacks", async () => {
    expect(await refusal(ofCsv(`${MMLU_HEADER}q,s,a,b,c,d,0\n`, { ...MMLU, expected: "anwser" }))).toEqual({
      field: "mapping.expected",
      fault: "unknown column 'anwser'. Did you mean 'answer'?",
      accepted: ["question", "subject", "choice0", "choice1", "choice2", "choice3", "answer"],
      suggestion: "answer",
      message: "mapping.expected: unknown column 'anwser'. Did you mean 'answer'?",
    });
    expect(await refusal(ofCsv("q,a\n1,2\n", { input: "q", choices: ["a", "b"] }))).toMatchObject({
      field: "mapping.choices",
    });
    expect(await refusal(ofJsonl([{ a: 1 }], { input: "q" }))).toMatchObject({
      field: "mapping.input",
      accepted: ["a"],
    });
  });

  test("for a column that no line of JSON has, but not for one that some lack", async () => {
    const mapping = { input: "q", group: "g" };
    expect(await refusal(ofJsonl([{ q: "a" }, { q: "b" }], mapping))).toMatchObject({
      field: "mapping.group",
      accepted: ["q"],
    });
    expect((await ofJsonl([{ q: "a" }, { q: "b", g: "x" }], mapping)).map(({ group }) => group)).toEqual([
      undefined,
      "x",
    ]);
  });

  test("without a mapping and without a column 'input'", async () => {
    expect(await refusal(ofCsv("imput,answer\nWho?,Ann\n"))).toMatchObject({
      field: "mapping",
      fault: expect.stringContaining("no column 'input'"),
      accepted: ["imput", "answer"],
      suggestion: "imput",
    });
  });

  test("before it is read to its end, if its columns are known", async () => {
    const broken = `q,a\n1,2\n${'"'}never closed`;
    expect(await refusal(ofCsv(broken, { input: "missing" }))).toMatchObject({ field: "mapping.input" });
  });

  test("for an empty input, a gap in the choices, a single choice", async () => {
    expect(await refusal(ofCsv("input,expected\na,1\n,2\n"))).toMatchObject({
      field: "file",
      line: 3,
      column: "input",
      fault: "is empty, but every sample needs an input",
    });
    expect(await refusal(ofMmlu("Which?,s,a,,c,d,0\n"))).toMatchObject({
      line: 2,
      column: "choice1",
      fault: "is empty, but a later choice is not",
    });
    expect(await refusal(ofMmlu("Which?,s,a,,,,0\n"))).toMatchObject({
      line: 2,
      column: "choice0",
      fault: expect.stringContaining("at least 2 item"),
    });
  });

  test("for text that requests may not contain either", async () => {
    for (const [text, fault] of [
      ["a\0b", "must not contain a NUL character"],
      ["a\ud800b", "must not contain half of a surrogate pair"],
    ] as const) {
      expect(await refusal(ofJsonl([{ input: "a" }, { input: text }]))).toMatchObject({
        line: 2,
        column: "input",
        fault,
      });
      expect(await refusal(ofJsonl([{ input: "a", choices: ["a", text] }]))).toMatchObject({
        line: 1,
        fault,
      });
    }
  });

  test("for more or longer values than a sample may hold", async () => {
    const many = Array.from({ length: 27 }, (_, index) => `c${index}`);
    expect(await refusal(ofJsonl([{ input: "a" }, { input: "b", choices: many }]))).toMatchObject({
      line: 2,
      column: "choices",
      fault: "must have at most 26 items, has 27",
    });
    expect(await refusal(ofJsonl([{ input: "x".repeat(1_048_577) }]))).toMatchObject({
      line: 1,
      column: "input",
      fault: "has 1048577 characters; at most 1048576 are accepted",
    });
    expect(await refusal(ofJsonl([{ id: "i".repeat(201), input: "a" }]))).toMatchObject({
      column: "id",
      fault: "must have 1 to 200 characters",
    });
    expect(await refusal(ofJsonl([{ input: "a", group: "g".repeat(201) }]))).toMatchObject({
      column: "group",
    });
    expect(await refusal(ofJsonl([{ input: "a", expected: Array(101).fill("x") }]))).toMatchObject({
      column: "expected",
    });
    expect(await refusal(ofJsonl([{ input: "a", context: Array(1001).fill("x") }]))).toMatchObject({
      column: "context",
    });
  });

  test("for values that are no text", async () => {
    expect(await refusal(ofJsonl([{ input: { text: "a" } }]))).toMatchObject({
      line: 1,
      column: "input",
      fault: "holds an object; it must hold text",
    });
    expect(await refusal(ofJsonl([{ input: ["a"] }]))).toMatchObject({
      fault: "holds a list; it must hold text",
    });
    expect(await refusal(ofJsonl([{ input: "a", choices: ["b", null] }]))).toMatchObject({
      column: "choices",
      fault: "has an empty item in its list",
    });
    const bytes = parquetFile([{ name: "input", data: [new Uint8Array([0xff])], type: "BYTE_ARRAY" }]);
    expect(await refusal(samplesOfRows(readRows(bytes, "parquet")))).toMatchObject({
      line: 1,
      column: "input",
      fault: "holds bytes that are not UTF-8 text; it must hold text",
    });
  });

  test("for an id used twice, naming both lines", async () => {
    expect(await refusal(ofCsv("id,input\nq1,a\nq2,b\n\nq1,c\n"))).toMatchObject({
      field: "file",
      line: 5,
      column: "id",
      value: "q1",
      fault: "'q1' is also the id of line 2",
    });
    expect(await refusal(ofCsv("id,input\n1,a\n,b\n"))).toMatchObject({
      line: 3,
      fault: "'1' is also the id of line 2",
    });
  });

  test("if it holds no rows", async () => {
    expect(await refusal(ofCsv(""))).toMatchObject({ field: "file", line: 1, fault: "the file is empty" });
    expect(await refusal(ofCsv("input,expected\n"))).toMatchObject({
      line: 1,
      fault: "the file has columns but no rows",
    });
    expect(await refusal(ofJsonl([]))).toMatchObject({ line: 1 });
  });
});

describe("the samples of a JSON body", () => {
  test("follow the same rules and keep their metadata", async () => {
    const inputs: SampleInput[] = [
      {
        id: 7,
        input: "Which?",
        choices: ["x", "y"],
        expected: 1,
        context: "c",
        group: "g",
        metadata: { source: "book" },
      },
      { input: "Which?", choices: ["x", "y"], expected: 0, context: ["c", "d"] },
      { input: "2 + 2", expected: 4 },
    ];
    expect(await samplesOfInputs(inputs)).toEqual([
      {
        id: "7",
        input: "Which?",
        choices: ["x", "y"],
        expected: ["B"],
        context: ["c"],
        group: "g",
        metadata: { source: "book" },
      },
      { id: "1", input: "Which?", choices: ["x", "y"], expected: ["A"], context: ["c", "d"] },
      { id: "2", input: "2 + 2", expected: ["4"] },
    ]);
  });

  test("are refused by index and field", async () => {
    const choices = ["x", "y"];
    expect(
      await refusal(
        samplesOfInputs([
          { input: "a", choices, expected: "x" },
          { input: "b", choices, expected: "z" },
        ]),
      ),
    ).toMatchObject({
      field: "samples.1.expected",
      value: "z",
      accepted: { text: choices },
    });
    expect(
      await refusal(
        samplesOfInputs([
          { id: 1, input: "a" },
          { id: "1", input: "b" },
        ]),
      ),
    ).toMatchObject({
      field: "samples.1.id",
      fault: "'1' is also the id of sample 0",
    });
  });

  test("may not have more text than the memory allows, even from a small request", async () => {
    const text = "x".repeat(1_048_576);
    const inputs = Array.from({ length: 257 }, () => ({ input: text }));
    expect(await refusal(samplesOfInputs(inputs))).toMatchObject({
      field: "samples.256.input",
      fault: expect.stringContaining("2^28 characters"),
    });
    expect(await samplesOfInputs(inputs.slice(0, 256))).toHaveLength(256);
  });
});

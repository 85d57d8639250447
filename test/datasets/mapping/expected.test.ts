import { describe, expect, test } from "bun:test";
import { samplesOfInputs, samplesOfRows } from "../../../src/datasets/mapping/index.ts";
import { readRows } from "../../../src/datasets/sources/index.ts";
import type { ExpectedForm, SampleInput } from "../../../src/domain/dataset.ts";
import { refusal, textFile } from "../files.ts";

type Expected = SampleInput["expected"];

const NUMBERS = ["3", "0", "1", "2"];
const CITIES = ["London", "Paris", "Rome", "Berlin"];

async function read(
  column: readonly NonNullable<Expected>[],
  choices: readonly string[] = CITIES,
  expected_as?: ExpectedForm,
) {
  const samples = await samplesOfInputs(
    column.map((expected) => ({ input: "Which?", choices: [...choices], expected })),
    expected_as,
  );
  return samples.map(({ expected }) => expected?.join("|"));
}

const readCsv = (cells: readonly string[], expected_as?: ExpectedForm) =>
  samplesOfRows(
    readRows(textFile(`q,a,b,c,key\n${cells.map((cell) => `Which?,x,y,z,${cell}`).join("\n")}`), "csv"),
    {
      input: "q",
      choices: ["a", "b", "c"],
      expected: "key",
      ...(expected_as ? { expected_as } : {}),
    },
  );

describe("a column of expected answers is read", () => {
  test("as zero-based indices if all are whole numbers inside the choices", async () => {
    expect(await read([0, 3, 1, 2])).toEqual(["A", "D", "B", "C"]);
    expect(await read(["0", " 3 ", "1"])).toEqual(["A", "D", "B"]);
    expect((await readCsv(["0", "2", "1"])).map(({ expected }) => expected)).toEqual([["A"], ["C"], ["B"]]);
  });

  test("as indices even if an index is also the text of another choice", async () => {
    expect(await read([0, 1, 2, 3], NUMBERS)).toEqual(["A", "B", "C", "D"]);
    expect(await read(["0", "3"], ["3", "7", "1", "2"])).toEqual(["A", "D"]);
    expect(await read(["0", "2", "1"], ["0", "1", "2"])).toEqual(["A", "C", "B"]);
  });

  test("as letters of either case if all are letters inside the choices", async () => {
    expect(await read(["A", "d", " B "])).toEqual(["A", "D", "B"]);
    expect(await read(["B", "A", "D"], ["B", "A", "C", "x"])).toEqual(["B", "A", "D"]);
  });

  test("as text if any is neither", async () => {
    expect(await read(["Paris", "Rome"])).toEqual(["B", "C"]);
    expect(await read(["3", "B"], ["B", "3", "A"])).toEqual(["B", "A"]);
    expect(await read(["5", "6"], ["5", "6", "7"])).toEqual(["A", "B"]);
    expect(await read([5, 2.5], ["2.5", "5"])).toEqual(["B", "A"]);
    expect(await read([["Rome"], ["Paris"]])).toEqual(["C", "B"]);
  });

  test("ignoring blanks around a text, unless choices differ only in them", async () => {
    expect(await read([" Paris", "Rome "])).toEqual(["B", "C"]);
    expect(await read(["x ", "y"], ["x", "x ", "y"])).toEqual(["B", "C"]);
  });

  test("in the declared form", async () => {
    expect(await read(["3", "0", "1"], NUMBERS, "text")).toEqual(["A", "B", "C"]);
    expect(await read(["A", "B"], ["B", "A"], "text")).toEqual(["B", "A"]);
    expect(await read(["B", "A"], ["B", "A"], "letter")).toEqual(["B", "A"]);
    expect(await read([1], NUMBERS, "index")).toEqual(["B"]);
    expect((await readCsv(["x", "z"], "text")).map(({ expected }) => expected)).toEqual([["A"], ["C"]]);
  });

  test("apart from samples without choices, whose answers are texts", async () => {
    const samples = await samplesOfInputs([
      { input: "2 + 5", expected: 7 },
      { input: "Which?", choices: CITIES, expected: 2 },
      { input: "0.1 + 0.2", expected: ["0.3", "0.30"] },
      { input: "Write nothing.", expected: "" },
      { input: "Unknown?", choices: CITIES },
    ]);
    expect(samples.map(({ expected }) => expected)).toEqual([["7"], ["C"], ["0.3", "0.30"], [""], undefined]);
  });

  test("each by its own number of choices", async () => {
    const samples = await samplesOfInputs([
      { input: "a", choices: ["x", "y", "z"], expected: 2 },
      { input: "b", choices: ["x", "y"], expected: 1 },
    ]);
    expect(samples.map(({ expected }) => expected)).toEqual([["C"], ["B"]]);
  });
});

describe("an expected answer is refused", () => {
  test("as a number that JSON has rounded, because another answer would count as right", async () => {
    const fault = "is a number beyond 2^53, which JSON rounds; put it in quotes";
    const file = (line: string) => samplesOfRows(readRows(textFile(line), "jsonl"));
    expect(await refusal(file('{"input":"q","expected":12345678901234567890}'))).toMatchObject({
      field: "file",
      line: 1,
      column: "expected",
      fault,
    });
    expect(await refusal(file('{"input":"q","id":9007199254740993}'))).toMatchObject({ column: "id", fault });
    expect(await refusal(samplesOfInputs([{ input: "q", expected: 2 ** 53 }]))).toMatchObject({
      field: "samples.0.expected",
      fault,
    });
    const [sample] = await file('{"input":"q","id":9007199254740991,"expected":"12345678901234567890"}');
    expect(sample).toMatchObject({ id: "9007199254740991", expected: ["12345678901234567890"] });
  });

  test("if all could be indices or letters, and also texts, with different choices", async () => {
    expect(await refusal(read(["2", "1"], ["1", "2", "3"]))).toMatchObject({
      field: "samples.0.expected",
      value: "2",
      accepted: { expected_as: ["index", "text"] },
      fault:
        "'2' is the index of choice C and the text of choice B, and all answers can be read both ways; " +
        "state the meaning in 'expected_as'",
    });
    expect(await refusal(read(["A", "B"], ["B", "A"]))).toMatchObject({
      accepted: { expected_as: ["letter", "text"] },
    });
    expect(await read(["2", "1"], ["1", "2", "3"], "text")).toEqual(["B", "A"]);
    expect(await read([2, 1], ["1", "2", "3"])).toEqual(["C", "B"]);
  });

  const ofXyz = { index: { minimum: 0, maximum: 2 }, letter: ["A", "B", "C"], text: ["x", "y", "z"] };

  test("as an index outside the choices, at the first line that has one", async () => {
    expect(await refusal(readCsv(["0", "1", "3", "2", "4"]))).toMatchObject({
      field: "file",
      line: 4,
      column: "key",
      value: "3",
      fault:
        "'3' is not the index of a choice, 0 to 2, nor the letter of a choice, A to C, nor the text of a choice",
      accepted: ofXyz,
    });
    expect(await refusal(readCsv(["0", "-1"]))).toMatchObject({ line: 3, value: "-1" });
    expect(await refusal(read([0, 4]))).toMatchObject({
      field: "samples.1.expected",
      value: 4,
      accepted: { index: { minimum: 0, maximum: 3 }, text: CITIES },
    });
  });

  test("as a letter outside the choices", async () => {
    expect(await refusal(readCsv(["A", "D", "B"]))).toMatchObject({
      line: 3,
      column: "key",
      value: "D",
      accepted: ofXyz,
    });
  });

  test("as a text that no choice has", async () => {
    expect(await refusal(readCsv(["x", "w"]))).toMatchObject({
      line: 3,
      column: "key",
      value: "w",
      accepted: ofXyz,
    });
    expect(await refusal(read(["paris", "Rome"]))).toMatchObject({ value: "paris" });
    expect(await refusal(read([1.5, 0]))).toMatchObject({ value: 1.5 });
  });

  test("in a column whose answers cannot all be read in one form", async () => {
    expect(await refusal(readCsv(["x", "1", "C"]))).toMatchObject({
      line: 3,
      value: "1",
      fault:
        "'1' is not the text of a choice; the answers are read as texts, because not all are indices, and not all are letters",
      accepted: { text: ["x", "y", "z"] },
    });
  });

  test("as a text that two choices have", async () => {
    expect(await refusal(read(["x"], ["x", "y", "x"]))).toMatchObject({
      fault: "'x' is the text of both A and C; give letters or indices",
    });
  });

  test("in another form than the one declared", async () => {
    const index = { index: ofXyz.index };
    expect(await refusal(readCsv(["0", "x"], "index"))).toMatchObject({
      line: 3,
      value: "x",
      accepted: index,
      fault: "'x' is not the index of a choice, 0 to 2",
    });
    expect(await refusal(readCsv(["A", "0"], "letter"))).toMatchObject({
      line: 3,
      value: "0",
      accepted: { letter: ofXyz.letter },
    });
    expect(await refusal(readCsv(["0"], "text"))).toMatchObject({ line: 2, accepted: { text: ofXyz.text } });
  });

  test("as index or letter of no choices", async () => {
    const fault = "cannot be read as index, because the sample has no choices";
    expect(await refusal(samplesOfInputs([{ input: "a", expected: 1 }], "index"))).toMatchObject({
      field: "samples.0.expected",
      fault,
    });
    expect(await samplesOfInputs([{ input: "a", expected: 1 }], "text")).toMatchObject([{ expected: ["1"] }]);
  });

  test("as several references to one choice", async () => {
    expect(await refusal(read([["London", "Paris"]]))).toMatchObject({
      fault: "has 2 references, but only one choice can be right",
    });
  });
});

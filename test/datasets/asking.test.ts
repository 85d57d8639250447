import { describe, expect, test } from "bun:test";
import {
  createAsking,
  findProtocol,
  PROTOCOLS,
  protocolNamesOf,
  protocolsOf,
} from "../../src/datasets/asking.ts";

const fields = (choices: number, group = 0) => ({ choices, expected: 0, context: 0, group });
const namesFor = (name: string, choices: number, group = 0) =>
  protocolsOf({ name, samples: 5, fields: fields(choices, group) }).map((protocol) => protocol.name);

describe("the protocols of a dataset", () => {
  test("begin with auto, whatever its samples have", () => {
    expect(namesFor("mine", 5).slice(0, 3)).toEqual(["auto", "multiple_choice", "zero_shot"]);
    expect(namesFor("mine", 0).slice(0, 2)).toEqual(["auto", "question_answer"]);
    expect(namesFor("mine", 2)).toEqual(["auto"]);
  });

  test("include those of other canonical sets, as far as its columns allow", () => {
    expect(namesFor("mine", 5)).toContain("mmlu/cot");
    expect(namesFor("mine", 5)).not.toContain("mmlu/five_shot");
    expect(namesFor("mine", 5, 5)).toContain("mmlu_pro/five_shot");
    expect(namesFor("mine", 0)).toContain("gsm8k/five_shot_flexible");
    expect(namesFor("mine", 5)).not.toContain("boolq/seq2seq");
  });

  test("of a canonical set come first, by their own names", () => {
    expect(namesFor("mmlu", 5, 5).slice(0, 4)).toEqual(["zero_shot", "five_shot", "cot", "auto"]);
    expect(new Set(namesFor("mmlu", 5, 5)).size).toBe(namesFor("mmlu", 5, 5).length);
  });

  test("are found by their name with or without the set's", () => {
    const accepted = protocolsOf({ name: "mine", samples: 5, fields: fields(5) });
    expect(findProtocol("mmlu/cot", accepted)?.name).toBe("mmlu/cot");
    expect(findProtocol("cot", accepted)?.name).toBe("mmlu/cot");
    expect(findProtocol("five_shot", accepted)).toBeUndefined();
  });

  test("of benchmarks from before auto are named by the forms of their samples", () => {
    expect(protocolNamesOf({ samples: 5, fields: fields(5) })).toEqual(["multiple_choice"]);
    expect(protocolNamesOf({ samples: 5, fields: fields(0) })).toEqual(["question_answer"]);
    expect(protocolNamesOf({ samples: 5, fields: fields(2) })).toEqual([
      "multiple_choice",
      "question_answer",
    ]);
    expect(protocolNamesOf({ samples: 5, fields: fields(2) }, "auto")).toEqual(["auto"]);
  });

  test("bear the name they are known by, and name their source", () => {
    for (const [name, protocol] of Object.entries(PROTOCOLS)) {
      expect(protocol.name).toBe(name);
      expect(protocol.source.length).toBeGreaterThan(10);
    }
  });
});

describe("auto", () => {
  const ask = createAsking(PROTOCOLS.auto, []);

  test("shows the context before the question", () => {
    const context = ["The door is green.", "The roof is red."];
    const [message] = ask({ id: "1", input: "What colour is the door?", context }, 0).messages;
    expect(message?.content).toBe("The door is green.\n\nThe roof is red.\n\nWhat colour is the door?");
  });

  test("asks a sample with choices by their letters, and sends one without as it is", () => {
    const input = "  What is 2 + 2?\n{input} ";
    expect(ask({ id: "1", input }, 0).messages).toEqual([{ role: "user", content: input }]);
    const [message] = ask({ id: "1", input: "2 + 2?", choices: ["3", "4"] }, 0).messages;
    expect(message?.content).toEndWith("LETTER is one of A,B.\n\n2 + 2?\n\nA) 3\nB) 4");
  });
});

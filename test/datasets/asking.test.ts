import { describe, expect, test } from "bun:test";
import { PROTOCOLS, protocolFor, protocolNamesOf } from "../../src/datasets/asking.ts";

const fields = (choices: number) => ({ choices, expected: 0, context: 0, group: 0 });

describe("protocols", () => {
  test("go by whether a sample has choices", () => {
    expect(protocolFor({ choices: ["x", "y"] }).name).toBe("multiple_choice");
    expect(protocolFor({}).name).toBe("question_answer");
  });

  test("are all named for a dataset that has both kinds of samples", () => {
    expect(protocolNamesOf({ samples: 5, fields: fields(5) })).toEqual(["multiple_choice"]);
    expect(protocolNamesOf({ samples: 5, fields: fields(0) })).toEqual(["question_answer"]);
    expect(protocolNamesOf({ samples: 5, fields: fields(2) })).toEqual([
      "multiple_choice",
      "question_answer",
    ]);
  });

  test("bear the name they are known by, and name their source", () => {
    for (const [name, protocol] of Object.entries(PROTOCOLS)) {
      expect(protocol.name).toBe(name);
      expect(protocol.source.length).toBeGreaterThan(10);
    }
  });
});
